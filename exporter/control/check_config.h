// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl check-config`: reads configuration files as the exporter would at
// its start, each by itself, and says what is wrong. Opens no interface.
#pragma once

#include <string>
#include <vector>

namespace ipband {

struct CheckConfigOptions {
  std::vector<std::string> files;  // YAML, ipband.conf or ipfm.conf
};

// Warnings, and one error for each bad file, go to standard error. Returns the
// exit code: that of the first error.
int RunCheckConfig(const CheckConfigOptions& options);

}  // namespace ipband
