// SPDX-License-Identifier: Apache-2.0
//
// state.json.
#include "tests/fuzz/fuzzer.h"
#include "tests/unit/exporter/state/some_state.h"

namespace ipband {
namespace {

void ReadState(const std::string& text) {
  TrafficState state;
  try {
    state = ParseStateJson(text);
  } catch (const BadValue& bad) {
    return ExpectOneLine(bad.what());
  }
  Expect(ParseStateJson(StateJson(state)) == state,
         "what is written is read as the same");
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ipband::ReadState(ipband::TextOf(data, size));
  return 0;
}
