// SPDX-License-Identifier: Apache-2.0
//
// One LOG rule.
#include "exporter/config/log_rule.h"
#include "tests/fuzz/fuzzer.h"

namespace ipband {
namespace {

void ReadRule(const std::string& given) {
  LogRule rule;
  try {
    rule = ParseLogRule(given);
  } catch (const BadValue& bad) {
    return ExpectOneLine(bad.what());
  }
  const std::string text = ToString(rule);
  ExpectOneLine(text);
  Expect(ParseLogRule(text) == rule, "what is written is read as the same");
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ipband::ReadRule(ipband::TextOf(data, size));
  return 0;
}
