// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/page_sink.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "exporter/deliver/file_output.h"
#include "exporter/descriptor.h"

namespace ipband {
namespace {

// Readable by the web server that shows it.
constexpr mode_t kMode = 0644;

bool IsSomethingElse(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

PageSink::PageSink(std::string path) : path_(std::move(path)) {}

// ipband: the page was rewritten in place, so that readers could see a part.
Attempt PageSink::Deliver(const Document& document, std::stop_token stop) {
  if (path_ == "-") {
    return FileAttempt(WriteStandardOutput(document.text, stop),
                       "write to standard output");
  }
  if (!IsSomethingElse(path_)) {
    return FileAttempt(ReplaceFile(path_, document.text, kMode, stop),
                       "write " + path_);
  }
  const Descriptor file(
      open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) return FileAttempt(LastError(), "open " + path_);
  return FileAttempt(WriteWhole(file.value(), document.text, stop),
                     "write " + path_);
}

}  // namespace ipband
