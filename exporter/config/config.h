// SPDX-License-Identifier: Apache-2.0
//
// The whole configuration as plain structs; the initial values are the native
// defaults. Filled by load_yaml (native), load_ipband (ipband.conf) and the
// command line, in this order of precedence from weak to strong.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/accounting_options.h"
#include "collectors/capture/capture_options.h"

namespace ipband {

struct WebOptions {
  std::vector<std::string> listen_addresses = {":10059"};
  std::string telemetry_path = "/metrics";
};

struct Config {
  CaptureOptions capture;
  AccountingOptions accounting;
  ThresholdOptions thresholds;
  WebOptions web;
};

}  // namespace ipband
