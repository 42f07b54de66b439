// SPDX-License-Identifier: Apache-2.0
//
// What became of the dumps of a meter, for its metrics.
#pragma once

#include <cstdint>
#include <string>

namespace ipband {

struct MeterDumpCounts {
  std::string meter;
  uint64_t dumps = 0;     // delivered
  uint64_t failures = 0;  // attempts
  int64_t last_dump = 0;  // time of the last one that was delivered
};

}  // namespace ipband
