// SPDX-License-Identifier: Apache-2.0
//
// meters.json.
#include "tests/fuzz/fuzzer.h"
#include "tests/unit/exporter/state/some_meters.h"

namespace ipband {
namespace {

void ReadMeters(const std::string& text) {
  MetersState state;
  try {
    state = ParseMetersJson(text);
  } catch (const BadValue& bad) {
    return ExpectOneLine(bad.what());
  }
  // However the file is cut into pieces.
  Expect(ParseMetersJson(text, 7) == state, "pieces change nothing");
  Expect(ParseMetersJson(MetersJson(state)) == state,
         "what is written is read as the same");
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ipband::ReadMeters(ipband::TextOf(data, size));
  return 0;
}
