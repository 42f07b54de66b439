// SPDX-License-Identifier: Apache-2.0
#include "collectors/threshold/threshold_tracker.h"

#include <gtest/gtest.h>

#include <string>

namespace ipband {
namespace {

using namespace std::chrono_literals;

// Judges periods of 2 s against a threshold of 100, one per letter: what each
// led to is S (watch started), R (report due), C (cleared) or a dot.
class Subnet {
 public:
  explicit Subnet(ThresholdOptions options) : tracker_(options) {}

  std::string Judge(const std::vector<double>& bandwidths) {
    std::string verdicts;
    for (const double bandwidth : bandwidths) {
      now_ += 2;
      verdicts += ".SRC"[static_cast<size_t>(
          tracker_.Decide(bandwidth, 100, now_, watch_))];
    }
    return verdicts;
  }
  const Watch& watch() const { return watch_; }

 private:
  ThresholdTracker tracker_;
  Watch watch_;
  int64_t now_ = 1000;
};

TEST(ThresholdTracker, ReportsOnceExcessLastsTheReportPeriod) {
  Subnet subnet({.report_period = 4s});
  EXPECT_EQ(subnet.Judge({99, 100, 150, 150, 150, 150}), ".S.R.R");
  EXPECT_EQ(subnet.watch().exceeded_seconds, 8u);
  EXPECT_EQ(subnet.watch().accumulated_seconds, 8u);
}

TEST(ThresholdTracker, RoundsTheReportPeriodUpToWholePeriods) {
  Subnet subnet({.report_period = 5s});
  EXPECT_EQ(subnet.Judge({100, 100, 100, 100, 100, 100, 100}), "S..R..R");
}

TEST(ThresholdTracker, EndsTheWatchAfterOneLowPeriodAsIpbandDid) {
  Subnet subnet({.report_period = 4s});
  EXPECT_EQ(subnet.Judge({100, 100, 99, 100, 100, 100}), "S.CS.R");
  EXPECT_EQ(subnet.watch().exceeded_seconds, 4u);
}

TEST(ThresholdTracker, KeepsTheAccumulatedTimeOverWatches) {
  Subnet subnet({.report_period = 2s});
  EXPECT_EQ(subnet.Judge({100, 100, 0, 100, 100, 0}), "SRCSRC");
  EXPECT_EQ(subnet.watch().accumulated_seconds, 4u);
  EXPECT_EQ(subnet.watch().exceeded_seconds, 0u);
}

TEST(ThresholdTracker, HoldsTheWatchAboveTheClearLevel) {
  Subnet subnet({.report_period = 4s, .clear_share = 0.8});
  EXPECT_EQ(subnet.Judge({100, 80, 80, 80, 100, 79}), "S...RC");
}

TEST(ThresholdTracker, HoldsTheWatchUntilAllIsQuietForLongEnough) {
  Subnet subnet({.report_period = 4s, .clear_after = 6s});
  EXPECT_EQ(subnet.Judge({100, 0, 0, 100, 0, 0, 0, 0}), "S..R..C.");
}

TEST(ThresholdTracker, JudgesTheDirectionThatIsAskedFor) {
  const JudgedBytes bytes = {.total = 1000, .receive = 400, .transmit = 700};
  const auto bandwidth = [&](enum Judge judge) {
    return ThresholdTracker({.judge = judge}).Bandwidth(bytes, 2);
  };
  EXPECT_EQ(bandwidth(Judge::kTotal), 500);
  EXPECT_EQ(bandwidth(Judge::kReceive), 200);
  EXPECT_EQ(bandwidth(Judge::kTransmit), 350);
  EXPECT_EQ(bandwidth(Judge::kEither), 350);
}

}  // namespace
}  // namespace ipband
