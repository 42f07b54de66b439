// SPDX-License-Identifier: Apache-2.0
//
// ipband's own configuration file.
#include "exporter/config/ipband_subnets.h"
#include "exporter/config/load_ipband.h"
#include "exporter/config/validate.h"
#include "tests/fuzz/config_fuzzing.h"

namespace ipband {
namespace {

void ReadFile(const TextFile& file) {
  Config config = IpbandDefaults();
  Origins origins;
  try {
    const IpbandExtras extras = LoadIpband(file, config, origins);
    for (const std::string& warning : extras.warnings) ExpectOneLine(warning);
    for (const std::string& warning :
         NameSubnets(file.name, extras.subnets, config.accounting)) {
      ExpectOneLine(warning);
    }
    Validate(config, origins);
  } catch (const Error& error) {
    return ExpectOneLine(error.what());
  }
  ExpectConverts(config);
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = ipband::TextOf(data, size);
  if (ipband::IsText(text)) {
    ipband::ReadFile({.name = "ipband.conf", .text = text});
  }
  return 0;
}
