// SPDX-License-Identifier: Apache-2.0
//
// The web server's configuration, without the certificates it names.
#include "exporter/config/load_web_config.h"
#include "exporter/error.h"
#include "tests/fuzz/fuzzer.h"

namespace ipband {
namespace {

void ReadFile(const std::string& text) {
  const TextFile file = {.name = "fuzz.yml", .text = text};
  WebConfig config;
  try {
    config = LoadWebConfig(file);
  } catch (const Error& error) {
    return ExpectOneLine(error.what());
  }
  // What would end or forge an answer's head is no header.
  for (const auto& [name, value] : config.headers) {
    ExpectOneLine(name + value);
  }
  for (const auto& [user, hash] : config.users) {
    Expect(!hash.empty(), "nobody comes in with an empty password");
  }
  const WebConfig again = LoadWebConfig(file);
  Expect(again.tls == config.tls && again.headers == config.headers &&
             again.users == config.users,
         "what is read twice is the same");
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = ipband::TextOf(data, size);
  if (ipband::IsText(text)) ipband::ReadFile(text);
  return 0;
}
