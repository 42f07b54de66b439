// SPDX-License-Identifier: Apache-2.0
//
// Who used the bandwidth of a subnet that stayed at or over its threshold for
// the report period: plain data, copied out of the tables when the report
// falls due and then handed from thread to thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/connection/connection.h"
#include "collectors/net/prefix.h"

namespace ipband {

// All times are seconds since the epoch, by the frames' stamps.
struct Report {
  std::string interface;
  Prefix subnet;
  // What the configuration or the networks file calls it; empty: nothing.
  // Filled in by whoever renders the report.
  std::string name;

  int64_t at = 0;     // end of the averaging period in which it fell due
  int64_t since = 0;  // start of the watch
  // From when on connections are known: `since`, or later after a restart.
  int64_t detail_since = 0;
  double bandwidth = 0;  // bytes per second, as judged at `at`
  double threshold = 0;
  uint64_t exceeded_seconds = 0;     // in this watch
  uint64_t accumulated_seconds = 0;  // in all watches since accumulated_since
  int64_t accumulated_since = 0;
  uint64_t dropped_packets = 0;  // lost by the capture since `since`
  // After a restart: it may have been delivered before.
  bool repeated = false;

  std::vector<Connection> connections;
  OtherConnections others;  // found no room in the table
  // Left out by `reports.top`; 0 as long as all are here.
  uint64_t omitted_connections = 0;
  uint64_t omitted_bytes = 0;
};

}  // namespace ipband
