// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl health`: does a running exporter answer? For the health checks of
// containers, in whose images there is no curl.
#pragma once

#include <string>

namespace ipband {

struct HealthOptions {
  std::string url = "http://localhost:10059";
};

// Returns 0. Throws Error: why not.
int RunHealth(const HealthOptions& options);

}  // namespace ipband
