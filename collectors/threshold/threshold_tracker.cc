// SPDX-License-Identifier: Apache-2.0
#include "collectors/threshold/threshold_tracker.h"

#include <algorithm>

namespace ipband {

ThresholdTracker::ThresholdTracker(const ThresholdOptions& options)
    : judge_(options.judge),
      report_period_(options.report_period.count()),
      clear_share_(options.clear_share),
      clear_after_(options.clear_after.count()) {}

double ThresholdTracker::Bandwidth(const JudgedBytes& bytes,
                                   int64_t seconds) const {
  uint64_t judged = bytes.total;
  switch (judge_) {
    case Judge::kTotal:
      break;
    case Judge::kReceive:
      judged = bytes.receive;
      break;
    case Judge::kTransmit:
      judged = bytes.transmit;
      break;
    case Judge::kEither:
      judged = std::max(bytes.receive, bytes.transmit);
      break;
  }
  return static_cast<double>(judged) / static_cast<double>(seconds);
}

Verdict ThresholdTracker::Decide(double bandwidth, double threshold,
                                 int64_t now, Watch& watch) const {
  const bool over = bandwidth >= threshold;  // ipband: `>=` starts a watch
  if (!watch.active) {
    if (!over) return Verdict::kNothing;
    const uint64_t accumulated = watch.accumulated_seconds;
    watch = {.active = true,
             .started = now,
             .report_clock = now,
             .last_not_clear = now,
             .detail_since = now,
             .accumulated_seconds = accumulated};
    return Verdict::kWatchStarted;
  }
  if (!over && bandwidth < threshold * clear_share_) {
    if (now - watch.last_not_clear < clear_after_) return Verdict::kNothing;
    // ipband: one low period ends the watch; the accumulated time is kept.
    watch = {.accumulated_seconds = watch.accumulated_seconds};
    return Verdict::kCleared;
  }
  watch.last_not_clear = now;
  const int64_t held = now - watch.report_clock;
  if (!over || held < report_period_) return Verdict::kNothing;
  // ipband: the clock starts again at each report, the detail goes on.
  watch.report_clock = now;
  watch.reported = true;
  watch.exceeded_seconds += static_cast<uint64_t>(held);
  watch.accumulated_seconds += static_cast<uint64_t>(held);
  return Verdict::kReportDue;
}

}  // namespace ipband
