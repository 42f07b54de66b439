// SPDX-License-Identifier: Apache-2.0
//
// What the program logs while this lives.
#pragma once

#include <fcntl.h>

#include <algorithm>
#include <string>

#include "exporter/descriptor.h"
#include "exporter/log.h"
#include "tests/unit/exporter/state/temp_directory.h"

namespace ipband {

class CapturedLog {
 public:
  CapturedLog() { StartLog({}, file_.value()); }
  ~CapturedLog() { StartLog({}); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  // Read through the descriptor: a test may have given up its rights.
  std::string Text() const {
    std::string text(65536, '\0');
    const ssize_t size = pread(file_.value(), text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return text;
  }
  int Lines() const {
    const std::string text = Text();
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }

 private:
  TempDirectory directory_;
  Descriptor file_{open((directory_ / "log").c_str(),
                        O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
};

}  // namespace ipband
