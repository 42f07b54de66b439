// SPDX-License-Identifier: Apache-2.0
//
// Decides when a subnet is watched, when a report on it is due and when the
// watch ends: a pure state machine on closed averaging periods, handed all
// times as seconds. Called by the accounting thread once per period and
// subnet.
#pragma once

#include <cstdint>

#include "collectors/accounting_options.h"

namespace ipband {

// The state kept with each subnet.
struct Watch {
  bool active = false;
  bool reported = false;             // a report fell due in this watch
  int64_t started = 0;               // end of the period that began the watch
  int64_t report_clock = 0;          // counts towards the next report from here
  int64_t last_not_clear = 0;        // end of the last period that was not low
  int64_t detail_since = 0;          // connections are known from here
  uint64_t dropped_packets = 0;      // lost by the capture in this watch
  uint64_t exceeded_seconds = 0;     // as reported, in this watch
  uint64_t accumulated_seconds = 0;  // as reported, over all watches

  // Whether there can be such a watch in a period that began at `start`; what
  // was read from a file may be damaged.
  bool Fits(int64_t start) const {
    return !active || (started <= report_clock && report_clock <= start);
  }
  // The wall clock was set.
  void Shift(int64_t seconds) {
    started += seconds;
    report_clock += seconds;
    last_not_clear += seconds;
    detail_since += seconds;
  }
};

enum class Verdict : uint8_t { kNothing, kWatchStarted, kReportDue, kCleared };

// The bytes of one closed period, without excluded traffic.
struct JudgedBytes {
  uint64_t total = 0;
  uint64_t receive = 0;
  uint64_t transmit = 0;
};

class ThresholdTracker {
 public:
  explicit ThresholdTracker(const ThresholdOptions& options);

  // Bytes per second, by the configured direction, over the `seconds` that
  // the capture ran.
  double Bandwidth(const JudgedBytes& bytes, int64_t seconds) const;

  // What the closed period means for the watch. `now`: the end of the period.
  Verdict Decide(double bandwidth, double threshold, int64_t now,
                 Watch& watch) const;

 private:
  Judge judge_;
  int64_t report_period_;
  double clear_share_;
  int64_t clear_after_;
};

}  // namespace ipband
