// SPDX-License-Identifier: Apache-2.0
//
// ipfm's own configuration file.
#include "exporter/config/load_ipfm.h"
#include "exporter/config/validate.h"
#include "tests/fuzz/config_fuzzing.h"

namespace ipband {
namespace {

void ReadFile(const TextFile& file) {
  Config config = IpfmDefaults();
  Origins origins;
  try {
    const IpfmConfig ipfm = LoadIpfm(file);
    for (const std::string& warning : ipfm.warnings) ExpectOneLine(warning);
    Expect(ipfm.places.size() == ipfm.meters.size(),
           "it is known where each meter stands");
    for (size_t i = 0; i < ipfm.meters.size(); ++i) {
      AddMeter(ipfm.meters[i], ipfm.places[i], config.meters, origins);
    }
    Validate(config, origins);
  } catch (const Error& error) {
    return ExpectOneLine(error.what());
  }
  for (const std::string& warning : HiddenRules(config.meters, origins)) {
    ExpectOneLine(warning);
  }
  for (const std::string& warning : SharedFiles(config.meters, origins)) {
    ExpectOneLine(warning);
  }
  ExpectConverts(config);
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = ipband::TextOf(data, size);
  ipband::LooksLikeIpfm(text);
  if (ipband::IsText(text)) {
    ipband::ReadFile({.name = "ipfm.conf", .text = text});
  }
  return 0;
}
