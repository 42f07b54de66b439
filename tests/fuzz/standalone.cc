// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzzer over files, with any compiler: FUZZER FILE_OR_FOLDER...
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzzer.h"

namespace {

// Of exactly its size, so that a sanitizer sees the first byte read behind it.
std::vector<uint8_t> Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()};
  bytes.shrink_to_fit();
  return bytes;
}

int Run(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    const std::vector<uint8_t> bytes = Read(path);
    // The last thing that is seen if it crashes.
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    return 1;
  }
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    inputs += Run(entry.path());
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerTestOneInput(nullptr, 0);
  int inputs = 0;
  for (int i = 1; i < argc; ++i) inputs += Run(argv[i]);
  std::printf("%d inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
