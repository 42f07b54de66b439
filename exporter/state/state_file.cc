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
#include "exporter/state/state_json.h"

namespace ipband {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;

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

void WriteAll(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Fail("write " + name, errno);
    text.remove_prefix(static_cast<size_t>(written));
  }
}

void WriteNewFile(const std::string& name, std::string_view text) {
  // What a killed process left, or a stranger put there: never written into.
  unlink(name.c_str());
  const Descriptor file(
      open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
  if (!file.valid()) Fail("create " + name, errno);
  WriteAll(file.value(), text, name);
  if (fsync(file.value()) != 0) Fail("write " + name, errno);
}

void SyncDirectory(const std::string& path) {
  const Descriptor directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) Fail("open " + path, errno);
  // Some network file systems cannot sync a directory and say EINVAL.
  if (fsync(directory.value()) != 0 && errno != EINVAL) {
    Fail("sync " + path, errno);
  }
}

// Throws BadValue, as the parser does: the file cannot be used.
std::string ReadWhole(const Descriptor& file) {
  struct stat about {};
  if (fstat(file.value(), &about) != 0) {
    throw BadValue(std::strerror(errno));
  }
  if (!S_ISREG(about.st_mode)) throw BadValue("it is not a plain file");
  std::string text;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t got = read(file.value(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw BadValue(std::strerror(errno));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<size_t>(got));
    if (text.size() > kMaxBytes) throw BadValue("it has more than 64 MiB");
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

std::optional<TrafficState> StateDirectory::Read() {
  const std::string name = path_ + "/state.json";
  // O_NONBLOCK: a pipe of this name must not stop the start.
  const Descriptor file(open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  try {
    if (!file.valid()) throw BadValue(std::strerror(errno));
    return ParseStateJson(ReadWhole(file));
  } catch (const BadValue& reason) {
    SetAside(reason.what());
    return std::nullopt;
  }
}

void StateDirectory::SetAside(const std::string& reason) const {
  const std::string name = path_ + "/state.json";
  std::string kept = name + ".damaged";
  if (rename(name.c_str(), kept.c_str()) != 0) {
    kept = std::string("no: ") + std::strerror(errno);
  }
  Log(LogLevel::kWarn, "state", "the saved state cannot be used; starting new",
      {{"file", name}, {"err", reason}, {"kept", kept}});
}

void StateDirectory::Write(const TrafficState& state) {
  const std::string text = StateJson(state);
  if (text.size() > kMaxBytes) {
    throw Error("the state has " + std::to_string(text.size()) +
                " bytes; allowed: 64 MiB");
  }
  HoldLock();
  const std::string name = path_ + "/state.json";
  const std::string fresh = name + ".new";
  try {
    WriteNewFile(fresh, text);
    if (rename(fresh.c_str(), name.c_str()) != 0) Fail("write " + name, errno);
  } catch (const Error&) {
    unlink(fresh.c_str());  // a full disk has better use for the room
    throw;
  }
  SyncDirectory(path_);
}

}  // namespace ipband
