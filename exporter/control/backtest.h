// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl backtest`: which reports the exporter would have written, for one
// threshold after the other. The same captures give the same bytes.
#pragma once

#include <string>
#include <vector>

#include "exporter/control/capture_files.h"

namespace ipband {

struct BacktestOptions {
  CaptureFiles captures;
  // In place of the configuration's thresholds.bandwidth; none: that one.
  std::vector<std::string> thresholds;
};

// Throws Error. Returns the exit code.
int RunBacktest(const BacktestOptions& options);

}  // namespace ipband
