// SPDX-License-Identifier: Apache-2.0
//
// What is shown of a meter, at the instant of the Snapshot it is part of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/meter/dump.h"

namespace ipband {

// A host that has series of its own, on all interfaces together.
struct MeterSeriesRow {
  Address address;
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
};

struct MeterSnapshot {
  std::string meter;
  int64_t since = 0;      // start of what the table holds; 0: not begun
  int64_t next_dump = 0;  // 0: none is scheduled
  // The table: what the next dump would say.
  uint64_t table_in = 0;
  uint64_t table_out = 0;
  uint32_t table_rows = 0;  // one for each host and interface
  uint32_t max_hosts = 0;
  NotShown not_shown;
  std::vector<DumpPart> tables;  // by interface; only where asked for
  // Counters: never cleared.
  std::vector<MeterSeriesRow> series;  // in no order
  uint32_t max_series = 0;
  uint64_t untracked_receive_bytes = 0;
  uint64_t untracked_transmit_bytes = 0;
  uint64_t retired_receive_bytes = 0;
  uint64_t retired_transmit_bytes = 0;
};

}  // namespace ipband
