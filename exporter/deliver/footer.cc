// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/footer.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "exporter/deliver/file_output.h"
#include "exporter/descriptor.h"
#include "exporter/log.h"

namespace ipband {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

std::error_code ReadFile(const std::string& path, std::string& text) {
  // Non-blocking: a named pipe has no content to wait for.
  const Descriptor file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) return LastError();
  text.resize(kMostBytes);
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got =
        read(file.value(), text.data() + size, text.size() - size);
    if (got < 0) {
      const std::error_code error = LastError();
      text.clear();
      return error;
    }
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return {};
}

}  // namespace

Footer::Footer(std::string path) : path_(std::move(path)) {}

// ipband: nothing was said of a footer that could not be read.
std::string Footer::Read() {
  std::string text;
  if (path_.empty()) return text;
  const std::error_code error = ReadFile(path_, text);
  if (error && !std::exchange(warned_, true)) {
    Log(LogLevel::kWarn, "deliver", "cannot read the footer of mails",
        {{"file", path_}, {"err", error.message()}});
  }
  return text;
}

}  // namespace ipband
