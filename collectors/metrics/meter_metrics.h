// SPDX-License-Identifier: Apache-2.0
//
// The families of meters: series per host, and what there is of each meter.
// Written straight from a snapshot; runs on the thread of the scrape.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/meter/meter_snapshot.h"
#include "collectors/metrics/text_writer.h"

namespace ipband {

// What became of a meter's dumps. Known to those who deliver them.
struct MeterDumpCounts {
  std::string meter;
  uint64_t dumps = 0;
  uint64_t failures = 0;
  int64_t last_dump = 0;  // seconds since the epoch; 0: never
};

// Nothing if there are no meters. A meter without counts has had no dumps.
void WriteMeterMetrics(const std::vector<MeterSnapshot>& meters,
                       const std::vector<MeterDumpCounts>& counts,
                       TextWriter& out);

// The most samples that can be.
uint64_t MeterSeriesLimit(const std::vector<MeterSnapshot>& meters);

}  // namespace ipband
