// SPDX-License-Identifier: Apache-2.0
//
// One program ends and another goes on with what it left.
#include <gtest/gtest.h>

#include "collectors/account/intake.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kPeriod = 60;
constexpr int64_t kStart = 1'700'000'000;  // all times below count from here
constexpr uint32_t kFrameBytes = 600;

class Program {
 public:
  explicit Program(AccountingOptions accounting = AnyIsLocal())
      : intake_(
            accounting, Thresholds(), 1,
            {.verdict =
                 [this](const std::string& interface, const SubnetRow& subnet,
                        const ThresholdEvent& event) {
                   verdicts += ".SRC"[static_cast<size_t>(event.verdict)];
                   last = event;
                   if (event.verdict != Verdict::kReportDue) return;
                   report = intake_.MakeReport(interface, subnet, event);
                 },
             .decided = [this] { ++decisions; }}),
        id_(intake_.CaptureFor("eth0")) {}

  static AccountingOptions AnyIsLocal() {
    AccountingOptions options;
    options.averaging_period = std::chrono::seconds(kPeriod);
    options.local.any = true;
    return options;
  }
  // 10 bytes per second: a frame a minute is just enough.
  static ThresholdOptions Thresholds() {
    return {.bytes_per_second = 10, .report_period = 120s};
  }

  // One frame of 600 bytes between two hosts of 10.0.0.0/24.
  Program& Receive(int64_t second) {
    constexpr uint8_t kFrame[] = {0x45, 0, 0,  20, 0, 0, 0,  0, 64, 59,
                                  0,    0, 10, 0,  0, 1, 10, 0, 0,  2};
    intake_.Begin(id_, LinkType::kRaw, 0, kStart + second);
    pcap_pkthdr header{};
    header.ts.tv_sec = kStart + second;
    header.caplen = sizeof(kFrame);
    header.len = kFrameBytes;
    intake_.OnFrame(header, kFrame);
    intake_.Flush();
    return *this;
  }
  Program& Reach(int64_t second) {
    intake_.Begin(id_, LinkType::kRaw, 0, kStart + second);
    intake_.ReachSecond(id_, kStart + second);
    return *this;
  }
  Program& Restore(const TrafficState& state, int64_t second) {
    return Start(state).Reach(second);
  }
  // Without an interface yet.
  Program& Start(const TrafficState& state) {
    intake_.Restore(state);
    return *this;
  }
  Program& SetClock(int64_t step) {
    intake_.ShiftClock(step, kStart + step);
    return *this;
  }
  TrafficState StateAt(int64_t second) const {
    return intake_.StateAt(kStart + second);
  }
  SubnetRow Row() {
    const Snapshot snapshot = intake_.TakeSnapshot();
    return snapshot.subnets.empty() ? SubnetRow() : snapshot.subnets.front();
  }

  std::string verdicts;
  ThresholdEvent last;
  Report report;
  int decisions = 0;

 private:
  Intake intake_;
  const CaptureId id_;
};

TEST(Restore, GoesOnWithAHold) {
  Program before;
  before.Receive(0).Receive(65).Reach(70);
  EXPECT_EQ(before.verdicts, "S");
  Program after;
  after.Restore(before.StateAt(70), 75).Receive(130).Reach(120 + 60);
  EXPECT_EQ(after.verdicts, "R");
  EXPECT_EQ(after.last.at, kStart + 180);
  EXPECT_EQ(after.last.since, kStart + 60);
  EXPECT_EQ(after.last.exceeded_seconds, 120u);
}

TEST(Restore, TellsSinceWhenConnectionsAreKnown) {
  Program before;
  before.Receive(0).Receive(65).Receive(66).Reach(70);
  Program after;
  after.Restore(before.StateAt(70), 75).Receive(130).Reach(180);
  EXPECT_EQ(after.report.since, kStart + 60);
  EXPECT_EQ(after.report.detail_since, kStart + 75);
  EXPECT_EQ(after.report.accumulated_since, kStart);
  ASSERT_EQ(after.report.connections.size(), 1u);
  EXPECT_EQ(after.report.connections.front().bytes(), kFrameBytes);
}

TEST(Restore, KeepsTheBytesOfTheRunningPeriod) {
  Program before;
  before.Receive(0).Receive(65).Receive(66).Reach(70);
  Program after;
  after.Restore(before.StateAt(90), 90).Reach(120);
  EXPECT_EQ(after.Row().bandwidth, 2.0 * kFrameBytes / kPeriod);
  EXPECT_EQ(after.Row().counters.bytes, 0u);
}

TEST(Restore, JudgesAPeriodByTheSecondsThatTheCaptureRan) {
  Program before;
  before.Receive(0).Receive(61).Reach(70);
  Program after;
  after.Restore(before.StateAt(70), 80).Reach(120);
  EXPECT_EQ(after.Row().bandwidth, kFrameBytes / 50.0);
}

TEST(Restore, DecidesNothingOnLessThanHalfAPeriod) {
  Program before;
  before.Receive(0).Reach(70);
  Program after;
  after.Restore(before.StateAt(70), 101).Reach(120);
  EXPECT_EQ(after.verdicts, "");
  EXPECT_TRUE(after.Row().watch.active);
  after.Reach(180);
  EXPECT_EQ(after.verdicts, "C");
}

TEST(Restore, JudgesBySecondsAlsoWhenTheInterfaceComesLate) {
  Program before;
  before.Receive(0).Receive(61).Reach(70);
  Program after;
  after.Start(before.StateAt(70)).Reach(80).Reach(120);
  EXPECT_EQ(after.Row().bandwidth, kFrameBytes / 50.0);
}

TEST(Restore, ForgetsNoneOfSeveralOutagesInOnePeriod) {
  Program before;
  before.Receive(0).Receive(61).Reach(65);
  Program between;
  between.Restore(before.StateAt(65), 70);
  Program after;
  after.Restore(between.StateAt(100), 110).Reach(120);
  EXPECT_EQ(after.Row().bandwidth, kFrameBytes / 45.0);
  EXPECT_EQ(after.StateAt(130).captures.front().missed_seconds, 0u);
}

TEST(Restore, BeginsAnewIfTheClockIsBehindWhatWasSaved) {
  Program before;
  before.Receive(0).Receive(61).Reach(70);
  Program after;
  after.Start(before.StateAt(70)).Receive(-3600).Reach(-3600 + kPeriod);
  EXPECT_EQ(after.last.at, kStart - 3600 + kPeriod);
}

TEST(Restore, GoesOnByAClockThatIsBehindALittle) {
  for (const int64_t behind : {int64_t{3}, 2 * kPeriod}) {
    Program before;
    before.Receive(0).Receive(65).Reach(70);
    Program after;
    after.Restore(before.StateAt(70), 70 - behind);
    EXPECT_TRUE(after.Row().watch.active) << behind;
    after.Receive(125 - behind).Reach(180 - behind);
    EXPECT_EQ(after.verdicts, "R") << behind;
    EXPECT_EQ(after.last.at, kStart + 180 - behind);
    EXPECT_EQ(after.last.since, kStart + 60 - behind);
    EXPECT_EQ(after.last.exceeded_seconds, 120u);
  }
  Program before;
  before.Receive(0).Receive(65).Reach(70);
  Program after;
  after.Restore(before.StateAt(70), 70 - 2 * kPeriod - 1);
  EXPECT_FALSE(after.Row().watch.active);
}

TEST(Restore, GoesOnWithAHoldWhenTheClockThatWasBehindIsSet) {
  Program before;
  before.Receive(0).Receive(65).Reach(70);
  Program after;
  after.Restore(before.StateAt(70), 67).SetClock(3);
  after.Receive(125).Reach(180);
  EXPECT_EQ(after.verdicts, "R");
  EXPECT_EQ(after.last.at, kStart + 180);
  EXPECT_EQ(after.last.since, kStart + 60);
}

TEST(Restore, StillTellsOfTheLastReport) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  EXPECT_EQ(before.verdicts, "SR");
  Program after;
  after.Restore(before.StateAt(181), 190);
  const SubnetRow row = after.Row();
  EXPECT_TRUE(row.watch.active && row.watch.reported);
  EXPECT_EQ(row.last_report, kStart + 180);
  EXPECT_EQ(row.last_report_start, kStart + 60);
  EXPECT_EQ(row.watch_seconds, 120u);
  EXPECT_EQ(row.watch.accumulated_seconds, 120u);
}

TEST(Restore, DropsAWatchThatNobodyLookedAfter) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  Program after;
  after.Restore(before.StateAt(181), 181 + 2 * kPeriod + 1);
  EXPECT_FALSE(after.Row().watch.active);
  EXPECT_EQ(after.Row().last_report, kStart + 180);
  EXPECT_EQ(after.Row().watch.accumulated_seconds, 120u);
  EXPECT_EQ(after.verdicts, "R");  // only once more
}

TEST(Restore, RepeatsAReportThatMayNotHaveBeenWritten) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  Program after;
  after.Restore(before.StateAt(181), 190);
  EXPECT_EQ(after.verdicts, "R");
  EXPECT_EQ(after.decisions, 0);
  EXPECT_TRUE(after.report.repeated);
  EXPECT_EQ(after.report.at, before.report.at);
  EXPECT_EQ(after.report.since, before.report.since);
  EXPECT_EQ(after.report.exceeded_seconds, before.report.exceeded_seconds);
  EXPECT_EQ(after.report.bandwidth, before.report.bandwidth);
  EXPECT_FALSE(before.report.repeated);
}

TEST(Restore, RepeatsAReportByItsTimesWhenTheClockIsBehind) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  Program after;
  after.Restore(before.StateAt(181), 178);
  EXPECT_EQ(after.verdicts, "R");
  EXPECT_EQ(after.report.at, before.report.at);
  EXPECT_EQ(after.report.since, before.report.since);
  EXPECT_EQ(after.report.exceeded_seconds, before.report.exceeded_seconds);
  // None is in the future.
  EXPECT_EQ(after.Row().last_report, kStart + 177);
  EXPECT_EQ(after.Row().last_report_start, kStart + 57);
}

TEST(Restore, RepeatsNoReportOfAnEarlierPeriod) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Receive(181).Reach(240);
  EXPECT_EQ(before.verdicts, "SR");
  Program after;
  after.Restore(before.StateAt(241), 250);
  EXPECT_EQ(after.verdicts, "");
}

TEST(Restore, KeepsTheGridOfPeriods) {
  Program before;
  before.Receive(7).Reach(20);
  Program after;
  after.Restore(before.StateAt(20), 970).Receive(980).Reach(1027);
  EXPECT_EQ(after.last.at, kStart + 7 + 17 * kPeriod);
}

TEST(Restore, PassesOverWhatTheConfigurationNoLongerHas) {
  Program before;
  before.Receive(0).Reach(70);
  AccountingOptions wider = Program::AnyIsLocal();
  wider.aggregate_ipv4 = 16;
  Program after(wider);
  after.Restore(before.StateAt(70), 75);
  EXPECT_FALSE(after.Row().used);

  AccountingOptions elsewhere = Program::AnyIsLocal();
  elsewhere.local.any = false;
  elsewhere.local.automatic = false;
  Program abroad(elsewhere);
  abroad.Restore(before.StateAt(70), 75);
  EXPECT_FALSE(abroad.Row().used);
}

TEST(Restore, StartsAnewWithOtherPeriods) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  AccountingOptions shorter = Program::AnyIsLocal();
  shorter.averaging_period = 10s;
  Program after(shorter);
  after.Restore(before.StateAt(181), 182).Receive(185).Reach(195);
  EXPECT_EQ(after.verdicts, "RS");
  EXPECT_TRUE(after.report.repeated);
  EXPECT_EQ(after.last.at, kStart + 195);
  EXPECT_EQ(after.Row().last_report, kStart + 180);
}

TEST(Restore, KeepsWhatNoInterfaceHasTakenYet) {
  Program before;
  before.Receive(0).Receive(61).Reach(70);
  Program between;  // whose interface never comes up
  TrafficState state = before.StateAt(70);
  state.captures.front().interface = "eth1";
  between.Restore(state, 75);
  const TrafficState kept = between.StateAt(80);
  ASSERT_EQ(kept.captures.size(), 1u);
  EXPECT_EQ(kept.captures.front().interface, "eth1");
  EXPECT_EQ(kept.captures.front().captured_until, kStart + 70);
  EXPECT_EQ(kept.accumulated_since, kStart);
}

// Names of interfaces may be new in every run, as those of containers are.
TEST(Restore, KeepsNoMoreInterfacesThanItCanRead) {
  Program before;
  before.Receive(0);
  TrafficState state = before.StateAt(1);
  for (size_t i = 0; i < kMostCaptureStates; ++i) {
    state.captures.push_back(
        {.interface = "veth" + std::to_string(i),
         .captured_until = kStart - 1000 + static_cast<int64_t>(i)});
  }
  Program after;
  after.Restore(state, 2);
  const TrafficState kept = after.StateAt(3);
  ASSERT_EQ(kept.captures.size(), kMostCaptureStates);
  EXPECT_EQ(kept.captures.front().interface, "eth0");
  for (const CaptureState& capture : kept.captures) {
    EXPECT_NE(capture.interface, "veth0");  // the oldest
  }
}

TEST(Restore, KeepsTheLastReportWhileNothingIsCounted) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  AccountingOptions shorter = Program::AnyIsLocal();
  shorter.averaging_period = 10s;
  Program between(shorter);
  between.Restore(before.StateAt(181), 182);
  Program after(shorter);
  after.Restore(between.StateAt(190), 195);
  EXPECT_EQ(after.Row().last_report, kStart + 180);
  EXPECT_EQ(after.Row().watch.accumulated_seconds, 120u);
  after.Receive(203).Reach(213);
  EXPECT_EQ(after.last.at, kStart + 213);
}

// A report from the future would be an alert until that time has come.
TEST(Restore, TakesTheLastReportAlongWhenTheClockIsSetBack) {
  Program program;
  program.Receive(0).Receive(61).Receive(121).Reach(180).SetClock(-86400);
  EXPECT_EQ(program.Row().last_report, kStart + 180 - 86400);
  EXPECT_EQ(program.Row().last_report_start, kStart + 60 - 86400);
}

// The clock may be wrong from the start of the machine until it is set.
TEST(Restore, LeavesWhatWasRestoredWhereItIsWhenTheClockIsSetForward) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  Program after;
  after.Restore(before.StateAt(181), 190).SetClock(3600);
  EXPECT_EQ(after.Row().last_report, kStart + 180);
  EXPECT_EQ(after.StateAt(3800).accumulated_since, kStart);
}

TEST(Restore, DropsAWatchThatCannotBe) {
  Program before;
  before.Receive(0).Receive(61).Receive(121).Reach(180);
  TrafficState state = before.StateAt(181);
  Watch& watch = state.captures.front().subnets.front().watch;
  watch.started = kStart + 1000;
  Program late;
  late.Restore(state, 185).Receive(190).Reach(240);
  EXPECT_EQ(late.Row().watch_seconds, 0u);
  EXPECT_EQ(late.verdicts, "RS");

  watch.started = kStart + 60;
  watch.report_clock = 0;
  Program early;
  early.Restore(state, 185).Receive(190).Reach(240);
  EXPECT_EQ(early.verdicts, "RS");
}

TEST(Restore, TellsOfDecisionsAfterTheTablesWentOn) {
  Program program;
  program.Receive(0).Receive(61).Receive(121).Reach(180);
  EXPECT_EQ(program.decisions, 2);
}

}  // namespace
}  // namespace ipband
