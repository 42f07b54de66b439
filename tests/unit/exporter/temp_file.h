// SPDX-License-Identifier: Apache-2.0
//
// A file that lasts as long as the test.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace ipband {

class TempFile {
 public:
  explicit TempFile(std::string_view text) {
    const int descriptor = mkstemp(path_.data());
    std::FILE* file = fdopen(descriptor, "wb");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
  ~TempFile() { unlink(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/ipband_test_XXXXXX";
};

}  // namespace ipband
