// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/page_sink.h"

#include <sys/types.h>

#include <utility>

#include "exporter/deliver/file_output.h"

namespace ipband {
namespace {

// Readable by the web server that shows it.
constexpr mode_t kMode = 0644;

}  // namespace

PageSink::PageSink(std::string path) : path_(std::move(path)) {}

// ipband: the page was rewritten in place, so that readers could see a part.
Attempt PageSink::Deliver(const Document& document, std::stop_token stop) {
  if (path_ == "-") {
    return FileAttempt(WriteStandardOutput(document.text, stop),
                       "write to standard output");
  }
  const std::error_code error =
      IsSomethingElse(path_) ? WriteInto(path_, document.text, stop)
                             : ReplaceFile(path_, document.text, kMode, stop);
  return FileAttempt(error, "write " + path_);
}

}  // namespace ipband
