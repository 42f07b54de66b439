// SPDX-License-Identifier: Apache-2.0
//
// What of the meters outlives the program: tables, and how far their schedules
// have come. Plain data, copied by the accounting thread between two batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/meter/dump.h"

namespace ipband {

// More are not kept: meters, interfaces of one meter, rows of all together.
inline constexpr size_t kMostMeterStates = 64;
inline constexpr size_t kMostMeterTables = 256;
inline constexpr size_t kMostMeterRows = 10'000'000;

// What a meter has counted on one interface since its table was cleared.
struct MeterTableState {
  std::string interface;
  int64_t next_dump = 0;  // the first scheduled one it is not in yet
  std::vector<DumpRow> rows;
  NotShown not_shown;
};

// All times are seconds since the epoch.
struct MeterState {
  std::string meter;
  int64_t since = 0;  // when the table was last cleared, or the meter started
  std::vector<MeterTableState> tables;
};

struct MetersState {
  int64_t saved_at = 0;
  std::vector<MeterState> meters;
};

}  // namespace ipband
