// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "exporter/deliver/file_output.h"

namespace ipband {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStopCheck{100};
// Between asking a command to end and killing it.
constexpr std::chrono::seconds kGrace{1};

class SpawnSettings {
 public:
  // The command sees nothing of ours but its standard input, whatever a
  // library may have opened without close-on-exec.
  explicit SpawnSettings(int input) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_addopen(&actions_, output, "/dev/null", O_WRONLY,
                                       0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);

    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK |
                                               POSIX_SPAWN_SETSIGDEF |
                                               POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  int Spawn(pid_t& pid, const std::vector<std::string>& arguments) const {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) {
      pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    return posix_spawnp(&pid, pointers.front(), &actions_, &attributes_,
                        pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

ChildProcess::~ChildProcess() {
  if (pid_ > 0) Kill();
}

std::error_code ChildProcess::Start(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return LastError();
  const Descriptor output(ends[0]);
  input_ = Descriptor(ends[1]);
  // Only our end: the command expects one that blocks.
  if (fcntl(input_.value(), F_SETFL, O_NONBLOCK) != 0) return LastError();
  const int error = SpawnSettings(output.value()).Spawn(pid_, arguments);
  if (error != 0) {
    pid_ = -1;
    return {error, std::generic_category()};
  }
  // glibc 2.36 declares pidfd_open for C only.
  ended_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  return ended_.valid() ? std::error_code() : LastError();
}

std::optional<int> ChildProcess::Feed(std::string_view input,
                                      steady_clock::time_point deadline,
                                      const std::stop_token& stop) {
  while (!input.empty() && !stop.stop_requested() &&
         steady_clock::now() < deadline) {
    std::array<pollfd, 2> entries{
        pollfd{.fd = input_.value(), .events = POLLOUT, .revents = 0},
        pollfd{.fd = ended_.value(), .events = POLLIN, .revents = 0}};
    poll(entries.data(), entries.size(), static_cast<int>(kStopCheck.count()));
    // What it started may hold the pipe and never read.
    if (entries[1].revents != 0) break;
    if (entries[0].revents != 0) WriteSome(input);
  }
  input_.Close();
  if (WaitForExit(deadline, stop)) return Reap();
  Kill();
  return std::nullopt;
}

void ChildProcess::WriteSome(std::string_view& input) {
  const ssize_t written = write(input_.value(), input.data(), input.size());
  if (written > 0) {
    input.remove_prefix(static_cast<size_t>(written));
  } else if (errno != EAGAIN && errno != EINTR) {
    input = {};  // it reads no more; its exit status says whether that is fine
  }
}

bool ChildProcess::WaitForExit(steady_clock::time_point deadline,
                               const std::stop_token& stop) {
  pollfd entry{.fd = ended_.value(), .events = POLLIN, .revents = 0};
  while (true) {
    // Once more at the deadline: an end just before it counts.
    const bool over = stop.stop_requested() || steady_clock::now() >= deadline;
    const int wait = over ? 0 : static_cast<int>(kStopCheck.count());
    if (poll(&entry, 1, wait) > 0) return true;
    if (over) return false;
  }
}

// The group is killed before the command is reaped: until then its number
// cannot belong to anybody else.
void ChildProcess::Kill() {
  kill(-pid_, SIGTERM);
  WaitForExit(steady_clock::now() + kGrace, {});
  kill(-pid_, SIGKILL);
  Reap();
}

int ChildProcess::Reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

}  // namespace ipband
