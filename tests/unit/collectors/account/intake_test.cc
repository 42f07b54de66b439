// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/intake.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

constexpr int64_t kPeriod = 60;

class IntakeTest : public testing::Test {
 protected:
  IntakeTest()
      : intake_(AnyIsLocal(), {}, 1, {}), id_(intake_.CaptureFor("eth0")) {}

  static AccountingOptions AnyIsLocal() {
    AccountingOptions options;
    options.averaging_period = std::chrono::seconds(kPeriod);
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
  Receive(2'000'000'000 + kPeriod);
  intake_.ShiftClock(-300'000'000, 1'700'000'000 + kPeriod);
  EXPECT_EQ(LastPeriod(), 1'700'000'000 + kPeriod);
  Receive(1'700'000'000 + kPeriod + 1);
  EXPECT_EQ(LastFrame(), 1'700'000'000 + kPeriod + 1);
}

TEST_F(IntakeTest, KnowsOfNoFrameBeforeTheFirstWhateverTheClock) {
  intake_.ShiftClock(1000, 1'700'001'000);
  EXPECT_EQ(LastFrame(), 0);
  EXPECT_EQ(LastPeriod(), 0);
}

}  // namespace
}  // namespace ipband
