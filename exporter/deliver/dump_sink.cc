// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/dump_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "exporter/deliver/file_output.h"
#include "exporter/descriptor.h"
#include "exporter/log.h"

namespace ipband {
namespace {

constexpr mode_t kDumpFileMode = 0644;
constexpr mode_t kDumpDirectoryMode = 0755;
// In place of one that is taken.
constexpr int kMostNames = 1000;
constexpr int kLockPauseMs = 10;
constexpr int kLockTries = 200;

std::error_code MakeDirectoriesOf(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != path.npos;
       slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (mkdir(directory.c_str(), kDumpDirectoryMode) == 0 || errno == EEXIST) {
      continue;
    }
    // On a disk that is mounted read-only it may be there all the same.
    const std::error_code error = LastError();
    struct stat status {};
    if (stat(directory.c_str(), &status) != 0) return error;
  }
  return {};
}

// Waits for whoever has the lock, but not for ever.
std::error_code Lock(int file, const std::stop_token& stop) {
  for (int i = 0; i < kLockTries && !stop.stop_requested(); ++i) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return {};
    // Where the file system knows no locks there are none to heed.
    if (errno != EWOULDBLOCK && errno != EINTR) return {};
    poll(nullptr, 0, kLockPauseMs);
  }
  return std::make_error_code(std::errc::resource_unavailable_try_again);
}

// False if whoever wrote it last was killed over it.
bool EndsWithALine(const std::string& path, off_t size) {
  const Descriptor file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  char last = '\n';
  if (!file.valid() || pread(file.value(), &last, 1, size - 1) != 1) {
    return true;  // as far as anybody can tell
  }
  return last == '\n';
}

std::error_code AppendToFile(const FileTarget& target, std::string_view text,
                             const std::stop_token& stop) {
  const Descriptor file(
      open(target.path.c_str(),
           O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
           kDumpFileMode));
  if (!file.valid()) return LastError();
  std::error_code error = Lock(file.value(), stop);
  if (error) return error;
  struct stat before {};
  if (fstat(file.value(), &before) != 0) return LastError();
  if (before.st_size == 0) {
    error = WriteWhole(file.value(), target.head, stop);
  } else if (!EndsWithALine(target.path, before.st_size)) {
    error = WriteWhole(file.value(), "\n", stop);
  }
  if (!error) error = WriteWhole(file.value(), text, stop);
  if (!error && fsync(file.value()) != 0) error = LastError();
  // If this fails too, the next attempt still writes a whole dump.
  if (error && ftruncate(file.value(), before.st_size) != 0) return error;
  return error;
}

std::string OtherName(const FileTarget& file, int number) {
  if (number == 0) return file.path;
  if (number == 1) return file.other_path;
  return file.other_path + "." + std::to_string(number);
}

}  // namespace

DumpSink::DumpSink(std::shared_ptr<WrittenFiles> written)
    : written_(std::move(written)) {}

Attempt DumpSink::Deliver(const Document& document, std::stop_token stop) {
  FileTarget file = document.file;
  if (file.path == spared_) file.path = beside_;
  if (file.path.empty() || file.path.ends_with('/')) {
    return Attempt::Refused("this cannot be a file's name: " + file.path);
  }
  std::error_code error = MakeDirectoriesOf(file.path);
  std::string path = file.path;
  if (!error) error = Write(file, document.text, path, stop);
  if (error == std::errc::filename_too_long) {
    return Attempt::Refused("cannot write " + path + ": " + error.message());
  }
  if (error) return FileAttempt(error, "write " + path);
  Remember(file, path);
  last_at_ = document.at;
  Log(LogLevel::kDebug, "dump", "dump written", {{"file", path}});
  return {};
}

// The files of others, and scheduled dumps from those that are not.
bool DumpSink::MustSpare(const FileTarget& file) const {
  if (written_ && !written_->Contains(file.path)) return true;
  return !file.append && !file.scheduled && !unscheduled_.Contains(file.path);
}

// `path` becomes the name that was written or failed.
std::error_code DumpSink::Write(const FileTarget& file, const std::string& text,
                                std::string& path,
                                const std::stop_token& stop) {
  const std::string with_head = file.head.empty() ? "" : file.head + text;
  const std::string& whole = file.head.empty() ? text : with_head;
  if (IsSomethingElse(path)) return WriteInto(path, whole, stop);
  if (!MustSpare(file)) {
    return file.append ? AppendToFile(file, text, stop)
                       : ReplaceFile(path, whole, kDumpFileMode, stop);
  }
  std::error_code error;
  for (int number = 0; number < kMostNames; ++number) {
    path = OtherName(file, number);
    error = AddFile(path, whole, kDumpFileMode, stop);
    if (error != std::errc::file_exists) break;
  }
  return error;
}

void DumpSink::Remember(const FileTarget& file, const std::string& path) {
  const bool is_elsewhere = path != file.path;
  if (written_ && is_elsewhere && !written_->Contains(file.path)) {
    spared_ = file.path;
    beside_ = path;
  }
  if (written_) written_->Add(path);
  if (written_ && is_elsewhere && !std::exchange(told_, true)) {
    Log(LogLevel::kWarn, "dump",
        "files that are there already are left alone, dumps are written beside "
        "them",
        {{"file", file.path}, {"written", path}});
  }
  if (file.append || is_elsewhere) return;
  if (file.scheduled) {
    unscheduled_.Remove(path);
  } else {
    unscheduled_.Add(path);
  }
}

}  // namespace ipband
