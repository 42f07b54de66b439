// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl backfill`: what Prometheus would have scraped while the captures
// were taken, for `promtool tsdb create-blocks-from openmetrics`.
#pragma once

#include <string>

#include "exporter/control/capture_files.h"

namespace ipband {

struct BackfillOptions {
  CaptureFiles captures;
  std::string interval = "15s";  // between two scrapes
  std::string job = "ipband";
  // Not that of a running exporter, whose series these would be mixed with.
  std::string instance = "backfill";
  std::string output = "-";
};

// Throws Error. Returns the exit code.
int RunBackfill(const BackfillOptions& options);

}  // namespace ipband
