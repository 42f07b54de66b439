// SPDX-License-Identifier: Apache-2.0
//
// A file without a name, gone when it is closed or the program ends. Any
// thread.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

namespace ipband {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TempFile = std::unique_ptr<std::FILE, CloseFile>;

// For reading and writing. Throws Error.
TempFile MakeTempFile(const std::filesystem::path& folder);

}  // namespace ipband
