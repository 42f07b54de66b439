// SPDX-License-Identifier: Apache-2.0
#include "exporter/background.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

// Exits as the child does, or with 0 as soon as it is ready.
[[noreturn]] void WaitForChild(pid_t child, int ready) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(ready, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1) _exit(0);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : kExitFailure);
}

}  // namespace

bool MayFork(const ServiceNotify& service) {
  if (!service.IsHeard()) return true;
  Log(LogLevel::kInfo, "main",
      "not going to the background: the service manager at NOTIFY_SOCKET waits "
      "for this process");
  return false;
}

Background::Background() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(std::string("cannot go to the background: ") +
                std::strerror(errno));
  }
  const pid_t child = fork();
  if (child < 0) {
    throw Error(std::string("cannot go to the background: ") +
                std::strerror(errno));
  }
  if (child > 0) {
    close(ends[1]);
    WaitForChild(child, ends[0]);
  }
  close(ends[0]);
  ready_ = ends[1];
}

void Background::Detach() {
  setsid();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      dup2(null, descriptor);
    }
    close(null);
  }
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = write(ready_, &byte, 1);
  close(ready_);
}

}  // namespace ipband
