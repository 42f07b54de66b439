// SPDX-License-Identifier: Apache-2.0
//
// A command with a pipe to its standard input, in a process group of its own.
// Used by one thread. Never leaves a zombie; whoever does not wait for its end
// kills it by the destructor. SIGPIPE must be ignored by the program.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "exporter/descriptor.h"

namespace ipband {

class ChildProcess {
 public:
  ChildProcess() = default;
  ~ChildProcess();  // kills what still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // A name with a slash is a path, any other is looked for in PATH.
  std::error_code Start(const std::vector<std::string>& arguments);

  // Writes `input`, as far as the command reads it, closes the pipe and waits.
  // The status as of waitpid; none if it had to be killed, with its group,
  // because `deadline` was over or `stop` requested.
  std::optional<int> Feed(std::string_view input,
                          std::chrono::steady_clock::time_point deadline,
                          const std::stop_token& stop);

 private:
  bool WaitForExit(std::chrono::steady_clock::time_point deadline,
                   const std::stop_token& stop);
  void WriteSome(std::string_view& input);
  void Kill();
  int Reap();

  pid_t pid_ = -1;    // also its process group; -1: none that is not reaped
  Descriptor ended_;  // readable when the command has ended
  Descriptor input_;
};

}  // namespace ipband
