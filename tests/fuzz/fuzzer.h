// SPDX-License-Identifier: Apache-2.0
//
// What every fuzzer has in common. A fuzzer is one function that libFuzzer
// (preset asan) calls with inputs of its own, and standalone.cc with those of
// the corpus. It does something hostile bytes can reach and holds what comes of
// it to what is promised; a promise that is broken ends the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace ipband {

// Ends the program as a crash does, so that the input is kept.
inline void Expect(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// What a user reads of a mistake is one line, whatever stood in the file.
inline void ExpectOneLine(std::string_view message) {
  Expect(!message.empty(), "a message says something");
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    Expect(byte >= 0x20 && byte != 0x7f, "a message is one line of text");
  }
}

// No text file that is read has a NUL byte in it.
inline bool IsText(std::string_view text) {
  return text.find('\0') == std::string_view::npos;
}

inline std::string TextOf(const uint8_t* data, size_t size) {
  return {data, data + size};
}

}  // namespace ipband
