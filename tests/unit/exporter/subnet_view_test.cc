// SPDX-License-Identifier: Apache-2.0
#include "exporter/subnet_view.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

constexpr int64_t kEnd = 1'795'000'060;  // of the open period

class SubnetView : public testing::Test {
 protected:
  SubnetView() : exposition_({}, 0) {
    AccountingRules rules;
    rules.accounting.averaging_period = std::chrono::seconds(60);
    rules.thresholds.report_period = std::chrono::seconds(300);
    rules.thresholds.clear_share = 0.8;
    rules.thresholds.clear_after = std::chrono::seconds(150);
    snapshot_.rules = std::make_shared<const AccountingRules>(rules);
    snapshot_.captures.resize(1);
    snapshot_.captures[0].status.interface = "eth0";
    snapshot_.captures[0].period_end = kEnd;
    SubnetRow row;
    row.prefix = *ParsePrefix("10.1.1.0/24");
    row.used = true;
    row.age = 1;
    row.bandwidth = 5;
    snapshot_.subnets = {row};
    snapshot_.history = {{5}};
  }
  SubnetRow& row() { return snapshot_.subnets[0]; }
  void Judged(double threshold) {
    row().has_threshold = true;
    row().threshold = threshold;
  }
  SubnetOnPage View(int64_t now) const {
    return SubnetViewOf(snapshot_, 0, exposition_, now);
  }

  Exposition exposition_;
  Snapshot snapshot_;
};

TEST_F(SubnetView, HasABandwidthOnceAPeriodHasEnded) {
  EXPECT_EQ(View(kEnd).bandwidth, 5);
  row().age = 0;
  EXPECT_EQ(View(kEnd).bandwidth, std::nullopt);
}

TEST_F(SubnetView, HasAThresholdOnlyIfItIsJudged) {
  EXPECT_EQ(View(kEnd).threshold, std::nullopt);
  row().has_threshold = true;
  EXPECT_EQ(View(kEnd).threshold, 0);
}

TEST_F(SubnetView, CountsDownToTheEndOfThePeriod) {
  EXPECT_EQ(View(kEnd - 60).period_ends_in, 60);
  EXPECT_EQ(View(kEnd - 1).period_ends_in, 1);
  // Frames that close it are still on their way.
  EXPECT_EQ(View(kEnd + 1).period_ends_in, 0);
  EXPECT_EQ(View(kEnd - 61).period_ends_in, std::nullopt);
  snapshot_.captures[0].period_end = 0;
  EXPECT_EQ(View(kEnd).period_ends_in, std::nullopt);
}

TEST_F(SubnetView, DoesNotCountDownInFiles) {
  EXPECT_EQ(View(kEnd + 1'000'000).period_ends_in, std::nullopt);
  snapshot_.finished = true;
  EXPECT_EQ(View(kEnd - 1).period_ends_in, std::nullopt);
}

// At the first period end at which the excess has lasted long enough.
TEST_F(SubnetView, CountsDownToTheReport) {
  Judged(5);
  EXPECT_EQ(View(kEnd - 10).report_in, std::nullopt);
  row().watch.active = true;
  for (const auto& [since_end, in] :
       {std::pair{-60, 250}, {-300, 10}, {-299, 70}, {-360, 10}, {0, 310}}) {
    row().watch.report_clock = kEnd + since_end;
    EXPECT_EQ(View(kEnd - 10).report_in, in) << since_end;
  }
  snapshot_.finished = true;
  EXPECT_EQ(View(kEnd - 10).report_in, std::nullopt);
}

// `clear`: the watch goes on, but only an excess is reported.
TEST_F(SubnetView, DoesNotPromiseAReportBelowTheThreshold) {
  Judged(6);
  row().watch = {.active = true,
                 .reported = true,
                 .report_clock = kEnd - 300,
                 .last_not_clear = kEnd - 60};
  const SubnetOnPage held = View(kEnd - 10);
  EXPECT_EQ(held.report_in, std::nullopt);
  EXPECT_EQ(held.quiet_seconds, std::nullopt);
  EXPECT_EQ(held.watch_ends_in, std::nullopt);
}

// At the first period end by which it was quiet for long enough.
TEST_F(SubnetView, CountsDownToTheEndOfAQuietWatch) {
  Judged(6);
  row().watch = {.active = true, .report_clock = kEnd - 300};
  for (const auto& [since_end, in] :
       {std::pair{-120, 70}, {-180, 10}, {-150, 10}, {-149, 70}, {-600, 10}}) {
    row().watch.last_not_clear = kEnd + since_end;
    const SubnetOnPage held = View(kEnd - 10);
    EXPECT_EQ(held.quiet_seconds, -since_end - 10);
    EXPECT_EQ(held.watch_ends_in, in) << since_end;
    EXPECT_EQ(held.report_in, std::nullopt);
  }
  snapshot_.finished = true;
  EXPECT_EQ(View(kEnd - 10).watch_ends_in, std::nullopt);
}

TEST_F(SubnetView, FindsTheBusiestHostOfLate) {
  snapshot_.subnets.push_back(row());
  snapshot_.subnets.push_back(row());
  const auto host = [](const char* address, uint32_t subnet, uint64_t bytes,
                       uint64_t rank) {
    return HostSnapshot{*ParseAddress(address), subnet, bytes, 0, rank};
  };
  snapshot_.hosts = {host("10.1.1.9", 0, 100, 5), host("10.1.1.8", 0, 7, 50),
                     host("10.1.1.7", 0, 7, 50), host("10.1.1.1", 0, 3, 50),
                     host("10.1.2.1", 2, 0, 0)};
  const std::vector<const HostSnapshot*> top = TopHosts(snapshot_);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(ToString(top[0]->address), "10.1.1.7");
  EXPECT_EQ(top[1], nullptr);
  EXPECT_EQ(ToString(top[2]->address), "10.1.2.1");
}

}  // namespace
}  // namespace ipband
