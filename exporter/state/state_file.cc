// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "exporter/error.h"
#include "exporter/log.h"
#include "exporter/state/json_values.h"
#include "exporter/state/meter_state_json.h"
#include "exporter/state/state_json.h"

namespace ipband {
namespace {

// 10,000,000 hosts of a meter have at most 830 MiB.
constexpr size_t kMaxTrafficMebibytes = 64;
constexpr size_t kMaxMetersMebibytes = 1024;

[[noreturn]] void Fail(const std::string& what, int error) {
  throw Error("cannot " + what + ": " + std::strerror(error));
}

std::string WithoutLastSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

void MakeDirectory(const std::string& path) {
  const std::filesystem::path parent =
      std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) Fail("create " + parent.string(), error.value());
  if (mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) {
    Fail("create " + path, errno);
  }
}

bool SameFile(const Descriptor& one, const Descriptor& other) {
  struct stat a {};
  struct stat b {};
  return fstat(one.value(), &a) == 0 && fstat(other.value(), &b) == 0 &&
         a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

class NewFile {
 public:
  NewFile(const std::string& name, size_t max_mebibytes)
      : name_(name), max_mebibytes_(max_mebibytes) {
    // What a killed process left, or a stranger put there: never written into.
    unlink(name.c_str());
    file_ = Descriptor(
        open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (!file_.valid()) Fail("create " + name, errno);
  }

  void Append(std::string_view text) {
    size_ += text.size();
    if (size_ > max_mebibytes_ << 20) {
      throw Error("cannot write " + name_ + ": it would have more than " +
                  std::to_string(max_mebibytes_) + " MiB");
    }
    while (!text.empty()) {
      const ssize_t written = write(file_.value(), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) Fail("write " + name_, errno);
      text.remove_prefix(static_cast<size_t>(written));
    }
  }

  void Sync() const {
    if (fsync(file_.value()) != 0) Fail("write " + name_, errno);
  }

 private:
  const std::string& name_;
  const size_t max_mebibytes_;
  Descriptor file_;
  size_t size_ = 0;
};

void SyncDirectory(const std::string& path) {
  const Descriptor directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) Fail("open " + path, errno);
  // Some network file systems cannot sync a directory and say EINVAL.
  if (fsync(directory.value()) != 0 && errno != EINVAL) {
    Fail("sync " + path, errno);
  }
}

// Throws BadValue, as the parsers do: the file cannot be used.
class FilePieces {
 public:
  FilePieces(const Descriptor& file, size_t max_mebibytes)
      : file_(file), max_mebibytes_(max_mebibytes) {
    struct stat about {};
    if (fstat(file.value(), &about) != 0) throw BadValue(std::strerror(errno));
    if (!S_ISREG(about.st_mode)) throw BadValue("it is not a plain file");
    CheckSize(static_cast<size_t>(about.st_size));
  }

  std::string_view Next() {
    while (true) {
      const ssize_t got = read(file_.value(), piece_.data(), piece_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw BadValue(std::strerror(errno));
      size_ += static_cast<size_t>(got);
      CheckSize(size_);  // it may grow
      return {piece_.data(), static_cast<size_t>(got)};
    }
  }

 private:
  void CheckSize(size_t size) const {
    if (size <= max_mebibytes_ << 20) return;
    throw BadValue("it has more than " + std::to_string(max_mebibytes_) +
                   " MiB");
  }

  const Descriptor& file_;
  const size_t max_mebibytes_;
  std::array<char, 65536> piece_{};
  size_t size_ = 0;
};

void SetAside(const std::string& name, const std::string& reason) {
  std::string kept = name + ".damaged";
  if (rename(name.c_str(), kept.c_str()) != 0) {
    kept = std::string("no: ") + std::strerror(errno);
  }
  Log(LogLevel::kWarn, "state", "the saved state cannot be used; starting new",
      {{"file", name}, {"err", reason}, {"kept", kept}});
}

// What `parse` makes of the file.
template <class State>
std::optional<State> ReadFile(const std::string& name, size_t max_mebibytes,
                              State (*parse)(const TextSource&)) {
  // O_NONBLOCK: a pipe of this name must not stop the start.
  const Descriptor file(open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  try {
    if (!file.valid()) throw BadValue(std::strerror(errno));
    FilePieces pieces(file, max_mebibytes);
    return parse([&] { return pieces.Next(); });
  } catch (const BadValue& reason) {
    SetAside(name, reason.what());
    return std::nullopt;
  }
}

}  // namespace

StateDirectory::StateDirectory(const std::string& path)
    : path_(WithoutLastSlashes(path)) {
  MakeDirectory(path_);
  HoldLock();
}

// Also before each write: whoever cleared the directory removed the lock too,
// and a second process could have come in since.
void StateDirectory::HoldLock() {
  const std::lock_guard guard(mutex_);
  const std::string name = path_ + "/lock";
  Descriptor lock(
      open(name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!lock.valid()) Fail("open " + name, errno);
  if (lock_.valid() && SameFile(lock, lock_)) return;
  if (flock(lock.value(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) Fail("lock " + name, errno);
    throw Error(path_ +
                " is in use by another ipband_exporter; give each its own "
                "--storage.path");
  }
  lock_ = std::move(lock);
}

std::optional<TrafficState> StateDirectory::ReadTraffic() const {
  return ReadFile(path_ + '/' + FileOf(TrafficState()), kMaxTrafficMebibytes,
                  ReadStateJson);
}

std::optional<MetersState> StateDirectory::ReadMeters() const {
  return ReadFile(path_ + '/' + FileOf(MetersState()), kMaxMetersMebibytes,
                  ReadMetersStateJson);
}

void StateDirectory::Write(const TrafficState& state) {
  Replace(FileOf(state), kMaxTrafficMebibytes,
          [&](const TextSink& sink) { sink(StateJson(state)); });
}

void StateDirectory::Write(const MetersState& state) {
  Replace(FileOf(state), kMaxMetersMebibytes,
          [&](const TextSink& sink) { WriteMetersStateJson(state, sink); });
}

void StateDirectory::Replace(const std::string& file, size_t max_mebibytes,
                             const Text& text) {
  HoldLock();
  const std::string name = path_ + '/' + file;
  const std::string fresh = name + ".new";
  try {
    NewFile written(fresh, max_mebibytes);
    text([&](std::string_view piece) { written.Append(piece); });
    written.Sync();
    if (rename(fresh.c_str(), name.c_str()) != 0) Fail("write " + name, errno);
  } catch (...) {
    unlink(fresh.c_str());  // a full disk has better use for the room
    throw;
  }
  SyncDirectory(path_);
}

}  // namespace ipband
