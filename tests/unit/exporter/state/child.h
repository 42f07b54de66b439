// SPDX-License-Identifier: Apache-2.0
//
// Runs a function in a process of its own. Fork before the first thread.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace ipband {

class Child {
 public:
  explicit Child(const std::function<bool()>& function) : pid_(fork()) {
    if (pid_ == 0) _exit(function() ? 0 : 1);
  }
  ~Child() {
    if (pid_ > 0) Kill();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Whether the function returned true.
  bool Succeeds() {
    const int status = Wait();
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // As kill -9 does.
  void Kill() {
    kill(pid_, SIGKILL);
    Wait();
  }

 private:
  int Wait() {
    int status = -1;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

  pid_t pid_;
};

}  // namespace ipband
