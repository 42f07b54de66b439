// SPDX-License-Identifier: Apache-2.0
//
// A server that a test talks to: a Python script of this folder, which prints
// its port and then a JSON line for all it gets. It lives as long as this.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ipband {

class PythonServer {
 public:
  PythonServer(const std::string& script,
               const std::vector<std::string>& arguments);
  ~PythonServer();
  PythonServer(const PythonServer&) = delete;
  PythonServer& operator=(const PythonServer&) = delete;

  const std::string& port() const { return port_; }

  // The next thing it got; waits for it. Null if the server has ended.
  nlohmann::json Next();
  // Ends the server. All that it got and that was not asked for.
  std::vector<nlohmann::json> Rest();

 private:
  std::string ReadLine();
  void End();

  pid_t pid_ = -1;
  int input_ = -1;
  std::FILE* output_ = nullptr;
  std::string port_;
};

}  // namespace ipband
