// SPDX-License-Identifier: Apache-2.0
//
// The native configuration.
#include "exporter/config/validate.h"
#include "tests/fuzz/config_fuzzing.h"

namespace ipband {
namespace {

void ReadFile(const std::string& text) {
  Config config;
  Origins origins;
  try {
    LoadYaml({.name = "fuzz.yml", .text = text}, config, origins);
  } catch (const Error& error) {
    return ExpectOneLine(error.what());
  }
  const std::string yaml = WriteYaml(config);
  const Config again = ReadYaml(yaml);
  Expect(again == config, "what is written is read as the same");
  Expect(WriteYaml(again) == yaml, "the same is written alike");
  try {
    Validate(config, origins);
  } catch (const Error& error) {
    ExpectOneLine(error.what());
  }
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = ipband::TextOf(data, size);
  ipband::LooksLikeYaml(text);
  if (ipband::IsText(text)) ipband::ReadFile(text);
  return 0;
}
