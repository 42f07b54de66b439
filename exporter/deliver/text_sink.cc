// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/text_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "exporter/deliver/file_output.h"
#include "exporter/descriptor.h"

namespace ipband {
namespace {

std::error_code AppendTo(int file, std::string_view text,
                         const std::stop_token& stop) {
  struct stat before {};
  if (fstat(file, &before) != 0) return LastError();
  const std::error_code error = WriteWhole(file, text, stop);
  // If this fails too, the next attempt still writes a whole document.
  if (error && S_ISREG(before.st_mode) && ftruncate(file, before.st_size)) {
    return error;
  }
  return error;
}

}  // namespace

AppendSink::AppendSink(std::string path, Part part)
    : path_(std::move(path)), part_(part) {}

// ipband: the file is opened for append at every report and closed after it;
// one that could not be opened ended the program.
Attempt AppendSink::Deliver(const Document& document, std::stop_token stop) {
  const std::string& text =
      part_ == Part::kText ? document.text : document.json;
  if (path_ == "-") {
    return FileAttempt(WriteStandardOutput(text, stop),
                       "write to standard output");
  }
  // Non-blocking: a named pipe without a reader is an error, not a wait.
  const Descriptor file(open(
      path_.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644));
  if (!file.valid()) return FileAttempt(LastError(), "open " + path_);
  return FileAttempt(AppendTo(file.value(), text, stop), "write " + path_);
}

}  // namespace ipband
