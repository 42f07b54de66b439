// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/exporter/deliver/python_server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace ipband {

PythonServer::PythonServer(const std::string& script,
                           const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"/usr/bin/python3",
                                    IPBAND_TEST_FOLDER "/" + script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  int input[2], output[2];
  if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  // The server shall not wait for us to read a long mail before it answers.
  fcntl(output[1], F_SETPIPE_SZ, 1 << 20);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  if (posix_spawn(&pid_, pointers[0], &actions, nullptr, pointers.data(),
                  environ) != 0) {
    throw std::runtime_error("cannot start " + words[1]);
  }
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  input_ = input[1];
  output_ = fdopen(output[0], "r");
  port_ = ReadLine();
  if (port_.empty()) throw std::runtime_error(words[1] + " ended");
}

PythonServer::~PythonServer() {
  End();
  std::fclose(output_);
}

nlohmann::json PythonServer::Next() {
  const std::string line = ReadLine();
  return line.empty() ? nlohmann::json() : nlohmann::json::parse(line);
}

std::vector<nlohmann::json> PythonServer::Rest() {
  End();
  std::vector<nlohmann::json> rest;
  for (nlohmann::json next = Next(); !next.is_null(); next = Next()) {
    rest.push_back(std::move(next));
  }
  return rest;
}

std::string PythonServer::ReadLine() {
  std::string line;
  for (int c = std::fgetc(output_); c != EOF && c != '\n';
       c = std::fgetc(output_)) {
    line += static_cast<char>(c);
  }
  return line;
}

void PythonServer::End() {
  if (pid_ < 0) return;
  close(input_);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
}

}  // namespace ipband
