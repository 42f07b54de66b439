// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/file_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "exporter/descriptor.h"

namespace ipband {
namespace {

// Of this process. Asked for before there are threads, as it can only be asked
// for by setting it.
const mode_t kUmask = [] {
  const mode_t mask = umask(0);
  umask(mask);
  return mask;
}();

// Often enough to end soon, seldom enough to cost nothing.
constexpr int kStopCheckMs = 100;

// poll promises room for this much in a pipe, so that write does not block
// although standard output is not ours to make non-blocking.
constexpr size_t kPipeStep = 4096;

bool WaitUntilWritable(int descriptor, const std::stop_token& stop) {
  pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
  while (!stop.stop_requested()) {
    if (poll(&entry, 1, kStopCheckMs) > 0) return true;
  }
  return false;
}

// Lets the documents of several sinks onto standard output one by one.
class StandardOutputTurn {
 public:
  explicit StandardOutputTurn(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    mine_ = freed_.wait(lock, stop, [] { return !taken_; });
    if (mine_) taken_ = true;
  }
  ~StandardOutputTurn() {
    if (!mine_) return;
    const std::lock_guard lock(mutex_);
    taken_ = false;
    freed_.notify_all();
  }
  StandardOutputTurn(const StandardOutputTurn&) = delete;
  StandardOutputTurn& operator=(const StandardOutputTurn&) = delete;

  bool mine() const { return mine_; }

 private:
  static inline std::mutex mutex_;
  static inline std::condition_variable_any freed_;
  static inline bool taken_ = false;  // guarded by mutex_
  bool mine_ = false;
};

// To where the last one leads, also if nothing is there yet.
std::error_code FollowLinks(std::filesystem::path& path) {
  constexpr int kMostLinks = 40;  // that the kernel follows
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code no_link;
    const auto next = std::filesystem::read_symlink(path, no_link);
    if (no_link) return {};
    path = path.parent_path() / next;
  }
  return std::make_error_code(std::errc::too_many_symbolic_link_levels);
}

// For mkostemp. A name as long as names may be has no room for a suffix.
std::string NameWhileWritten(const std::string& target) {
  constexpr std::string_view kRandom = "XXXXXX";
  constexpr size_t kLongest = NAME_MAX - kNewFileSuffix.size() - kRandom.size();
  const size_t begin = target.rfind('/') + 1;  // npos + 1 is 0
  std::string name = target.substr(0, begin) + target.substr(begin, kLongest);
  name += kNewFileSuffix;
  name += kRandom;
  return name;
}

// Gives `made` the name `path` unless that is taken.
std::error_code RenameToFreeName(const std::string& made,
                                 const std::string& path) {
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(),
                RENAME_NOREPLACE) == 0) {
    return {};
  }
  if (errno != EINVAL) return LastError();
  // NFS cannot do it this way.
  if (link(made.c_str(), path.c_str()) != 0) return LastError();
  unlink(made.c_str());
  return {};
}

std::error_code WriteNewFile(const std::string& target, std::string_view text,
                             mode_t mode, bool may_replace,
                             const std::stop_token& stop) {
  std::string name = NameWhileWritten(target);
  Descriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) return LastError();
  std::error_code error = WriteWhole(file.value(), text, stop);
  if (!error && fchmod(file.value(), mode & ~kUmask) != 0) error = LastError();
  // Else a power cut could leave the new name with nothing in it.
  if (!error && fsync(file.value()) != 0) error = LastError();
  if (!error && !may_replace) error = RenameToFreeName(name, target);
  if (!error && may_replace && rename(name.c_str(), target.c_str()) != 0) {
    error = LastError();
  }
  if (error) unlink(name.c_str());
  return error;
}

}  // namespace

std::error_code LastError() { return {errno, std::generic_category()}; }

Attempt FileAttempt(std::error_code error, std::string_view what) {
  if (!error) return {};
  return Attempt::Retry("cannot " + std::string(what) + ": " + error.message());
}

std::error_code WriteWhole(int descriptor, std::string_view text,
                           const std::stop_token& stop) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return LastError();
  const bool regular = S_ISREG(status.st_mode);
  while (!text.empty()) {
    if (!regular && !WaitUntilWritable(descriptor, stop)) {
      return std::make_error_code(std::errc::operation_canceled);
    }
    const size_t step =
        regular ? text.size() : std::min(text.size(), kPipeStep);
    const ssize_t written = write(descriptor, text.data(), step);
    if (written > 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (written == 0) {
      return std::make_error_code(std::errc::io_error);
    } else if (errno != EINTR && errno != EAGAIN) {
      return LastError();
    }
  }
  return {};
}

std::error_code WriteStandardOutput(std::string_view text,
                                    const std::stop_token& stop) {
  const StandardOutputTurn turn(stop);
  if (!turn.mine()) {
    return std::make_error_code(std::errc::operation_canceled);
  }
  return WriteWhole(STDOUT_FILENO, text, stop);
}

std::error_code ReplaceFile(const std::string& path, std::string_view text,
                            mode_t mode, const std::stop_token& stop) {
  std::filesystem::path target = path;
  if (const std::error_code error = FollowLinks(target)) return error;
  return WriteNewFile(target, text, mode, true, stop);
}

std::error_code AddFile(const std::string& path, std::string_view text,
                        mode_t mode, const std::stop_token& stop) {
  struct stat status {};
  // To spare the work; that nobody makes it meanwhile is seen to below.
  if (lstat(path.c_str(), &status) == 0) {
    return std::make_error_code(std::errc::file_exists);
  }
  return WriteNewFile(path, text, mode, false, stop);
}

bool IsSomethingElse(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

std::error_code WriteInto(const std::string& path, std::string_view text,
                          const std::stop_token& stop) {
  // Non-blocking: a named pipe without a reader is an error, not a wait.
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) return LastError();
  return WriteWhole(file.value(), text, stop);
}

}  // namespace ipband
