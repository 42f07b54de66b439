// SPDX-License-Identifier: Apache-2.0
#include "exporter/pid_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "exporter/error.h"

namespace ipband {
namespace {

Error CannotWrite(const std::string& name) {
  return Error("cannot write the process id to " + name + ": " +
               std::strerror(errno));
}

// Whether the name still leads to the open file.
bool IsStill(const std::string& name, int file) {
  struct stat by_name {};
  struct stat opened {};
  return stat(name.c_str(), &by_name) == 0 && fstat(file, &opened) == 0 &&
         by_name.st_dev == opened.st_dev && by_name.st_ino == opened.st_ino;
}

Error AlreadyRunning(const std::string& name, int file) {
  std::array<char, 16> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  const char* begin = text.data();
  const char* end = std::find_if(begin, begin + std::max<ssize_t>(size, 0),
                                 [](char c) { return c < '0' || c > '9'; });
  const std::string process =
      begin == end ? "" : " as process " + std::string(begin, end);
  return Error("already running" + process + " (" + name + " is locked)");
}

}  // namespace

PidFile::PidFile(const std::string& name) : name_(name) {
  do {
    // A link would let others choose what is overwritten.
    file_ = Descriptor(
        open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file_.valid()) throw CannotWrite(name);
    if (flock(file_.value(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) throw AlreadyRunning(name, file_.value());
      throw CannotWrite(name);
    }
    // The former owner may have removed it between the two.
  } while (!IsStill(name, file_.value()));
  const std::string text = std::to_string(getpid()) + "\n";
  if (ftruncate(file_.value(), 0) != 0 ||
      write(file_.value(), text.data(), text.size()) !=
          static_cast<ssize_t>(text.size())) {
    throw CannotWrite(name);
  }
}

// Without the right to remove it (the program runs as a plain user by now) it
// is at least emptied.
PidFile::~PidFile() {
  if (!IsStill(name_, file_.value()) || unlink(name_.c_str()) == 0) return;
  [[maybe_unused]] const int result = ftruncate(file_.value(), 0);
}

}  // namespace ipband
