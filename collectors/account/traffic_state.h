// SPDX-License-Identifier: Apache-2.0
//
// What outlives the program: where the averaging periods lie, what the running
// one has counted, watches, accumulated times and the last reports. Plain
// data, copied by the accounting thread between two batches.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/net/prefix.h"
#include "collectors/threshold/threshold_tracker.h"

namespace ipband {

// More are not kept.
inline constexpr size_t kMostCaptureStates = 256;

// All times are seconds since the epoch.
struct SubnetState {
  Prefix subnet;
  Watch watch;
  JudgedBytes period;             // of the running averaging period
  int64_t last_report = 0;        // 0: never
  int64_t last_report_start = 0;  // start of the watch it was about
  uint64_t bandwidth = 0;         // bytes per second, in the last closed period

  // Nobody knows how it went on; what was accumulated is kept.
  void DropWatch() {
    watch = {.accumulated_seconds = watch.accumulated_seconds};
    period = {};
  }
  // To another clock.
  void Shift(int64_t seconds) {
    watch.Shift(seconds);
    if (last_report == 0) return;
    last_report = std::max<int64_t>(1, last_report + seconds);
    last_report_start = std::max<int64_t>(1, last_report_start + seconds);
  }
};

struct CaptureState {
  std::string interface;
  int64_t captured_until = 0;   // earlier than saved_at if it was kept for long
  int64_t period_start = 0;     // of the running averaging period; 0: none runs
  uint64_t missed_seconds = 0;  // of that period, before captured_until
  std::vector<SubnetState> subnets;

  // To another clock.
  void Shift(int64_t seconds) {
    captured_until += seconds;
    if (period_start != 0) period_start += seconds;
    for (SubnetState& subnet : subnets) subnet.Shift(seconds);
  }
};

struct TrafficState {
  int64_t saved_at = 0;           // when it was copied
  int64_t averaging_period = 0;   // seconds
  int64_t accumulated_since = 0;  // 0: nothing was ever counted
  std::vector<CaptureState> captures;
};

}  // namespace ipband
