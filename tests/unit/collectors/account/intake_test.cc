// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/intake.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

constexpr int64_t kAveragingPeriod = 60;

class IntakeTest : public testing::Test {
 protected:
  IntakeTest()
      : intake_(AnyIsLocal(), {}, 1, {}), id_(intake_.CaptureFor("eth0")) {}

  static AccountingOptions AnyIsLocal() {
    AccountingOptions options;
    options.averaging_period = std::chrono::seconds(kAveragingPeriod);
    options.local.any = true;
    return options;
  }
  void Receive(int64_t second) {
    // IPv4, from 10.0.0.1 to 10.0.0.2, without payload.
    constexpr uint8_t kFrame[] = {0x45, 0, 0,  20, 0, 0, 0,  0, 64, 59,
                                  0,    0, 10, 0,  0, 1, 10, 0, 0,  2};
    intake_.Begin(id_, LinkType::kRaw, 0, second);
    pcap_pkthdr header{};
    header.ts.tv_sec = second;
    header.caplen = header.len = sizeof(kFrame);
    intake_.OnFrame(header, kFrame);
    intake_.Flush();
  }
  int64_t LastFrame() {
    return intake_.TakeSnapshot().captures[0].status.last_frame / 1'000'000;
  }
  int64_t LastPeriod() { return intake_.TakeSnapshot().last_period; }

  Intake intake_;
  const CaptureId id_;
};

TEST_F(IntakeTest, ShowsNoTimesOfAClockThatWasSetBack) {
  Receive(2'000'000'000);
  Receive(2'000'000'000 + kAveragingPeriod);
  intake_.ShiftClock(-300'000'000, 1'700'000'000 + kAveragingPeriod);
  EXPECT_EQ(LastPeriod(), 1'700'000'000 + kAveragingPeriod);
  Receive(1'700'000'000 + kAveragingPeriod + 1);
  EXPECT_EQ(LastFrame(), 1'700'000'000 + kAveragingPeriod + 1);
}

// Two frames of 20 bytes in a period of 60 seconds, and so on.
TEST_F(IntakeTest, TellsTheBandwidthsOfClosedPeriods) {
  constexpr int64_t kFirstSecond = 1'700'000'000;
  const auto history = [this] {
    const Snapshot snapshot = intake_.TakeSnapshot(SnapshotDetail::kHistory);
    return snapshot.history.at(0);
  };
  Receive(kFirstSecond);
  EXPECT_EQ(history(), std::vector<float>());
  EXPECT_EQ(intake_.TakeSnapshot().captures[0].period_end,
            kFirstSecond + kAveragingPeriod);
  Receive(kFirstSecond + 1);
  Receive(kFirstSecond + kAveragingPeriod);
  const float two = 40.0F / 60;
  const float one = 20.0F / 60;
  EXPECT_EQ(history(), std::vector<float>{two});
  Receive(kFirstSecond + 4 * kAveragingPeriod);
  EXPECT_EQ(history(), (std::vector<float>{two, one, 0, 0}));
  EXPECT_TRUE(intake_.TakeSnapshot(SnapshotDetail::kHosts).history.empty());
  // The row has another place, or another age.
  AccountingRules rules{AnyIsLocal(), {}};
  rules.accounting.max_subnets = 3;
  intake_.Reconfigure(rules, {});
  EXPECT_EQ(history(), (std::vector<float>{two, one, 0, 0}));
  intake_.Reassign(id_, "eth1");
  Receive(kFirstSecond + 9 * kAveragingPeriod);
  EXPECT_EQ(history(), std::vector<float>());
}

TEST_F(IntakeTest, TellsConnectionsOfWatchedSubnets) {
  AccountingRules rules{AnyIsLocal(), {}};
  rules.thresholds.bytes_per_second = 0.1;
  intake_.Reconfigure(rules, {});
  const auto connections = [this](SnapshotDetail detail) {
    size_t count = 0;
    for (const auto& one : intake_.TakeSnapshot(detail).details) {
      count += one.connections.size();
    }
    return count;
  };
  Receive(1'700'000'000);
  EXPECT_EQ(connections(SnapshotDetail::kConnections), 0U);
  Receive(1'700'000'000 + kAveragingPeriod);
  Receive(1'700'000'000 + kAveragingPeriod + 1);
  EXPECT_EQ(connections(SnapshotDetail::kConnections), 1U);
  EXPECT_EQ(connections(SnapshotDetail::kHistory), 0U);
}

TEST_F(IntakeTest, KnowsOfNoFrameBeforeTheFirstWhateverTheClock) {
  intake_.ShiftClock(1000, 1'700'001'000);
  EXPECT_EQ(LastFrame(), 0);
  EXPECT_EQ(LastPeriod(), 0);
}

}  // namespace
}  // namespace ipband
