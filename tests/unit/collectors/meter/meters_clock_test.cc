// SPDX-License-Identifier: Apache-2.0
//
// Dumps when the clock is set, or behind what a former run has left.
#include <gtest/gtest.h>

#include "tests/support/meter_fixture.h"

namespace ipband {
namespace {

using test::Host;
using test::MeterBench;
using test::MeterEvery;
using test::TableOf;
using Times = std::vector<int64_t>;

TEST(MetersClock, DumpAgainWhenAClockThatWasFarAheadIsSetRight) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(0, 1'000'000, 1, 2, 1);
  bench.Send(1, 1'000'000, 1, 2, 2);
  bench.Reach(0, 1'000'005);  // the other one does not come there any more
  bench.meters->ClockSet(-999'904, 101);
  EXPECT_EQ(bench.times(), Times{1'000'005});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/3 2:3/0");
  bench.Send(0, 102, 1, 2, 10);
  bench.Reach(0, 105);
  bench.Reach(1, 105);
  EXPECT_EQ(bench.times(), (Times{1'000'005, 105}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/10 2:10/0");
  EXPECT_EQ(bench.dumps[1].since, 101);
}

TEST(MetersClock, WaitForAClockThatWasSetBackALittle) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 1'000'000, 1, 2, 1);
  bench.Reach(0, 1'000'005);
  bench.meters->ClockSet(-1005, 999'000);
  bench.Reach(0, 1'000'009);
  EXPECT_EQ(bench.times(), Times{1'000'005});
  bench.Reach(0, 1'000'010);
  EXPECT_EQ(bench.times(), (Times{1'000'005, 1'000'010}));
}

// As of a machine without a battery, until it has asked for the time.
TEST(MetersClock, TellNothingOfTheTimeThatWasJumpedOver) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.meters->ClockSet(500'000, 500'102);
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[0].next_dump, 500'110);
  bench.Send(0, 500'103, 1, 2, 1);
  bench.Reach(0, 500'120);
  ASSERT_EQ(bench.times(), (Times{500'110, 500'120}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/11 2:11/0");
  EXPECT_EQ(bench.dumps[0].since, 500'101);
  EXPECT_EQ(bench.dumps[1].since, 500'110);
}

// As of a machine that slept.
TEST(MetersClock, TellThePeriodThatWasCountedFromItsBeginning) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(1, 101, 3, 4, 5);
  bench.Send(0, 101, 1, 2, 10);
  bench.Reach(1, 110);
  bench.Send(0, 111, 1, 2, 20);
  bench.Send(0, 120, 1, 2, 40);  // the other one does not come there any more
  bench.meters->ClockSet(1000, 1125);
  EXPECT_EQ(bench.times(), (Times{110, 120, 130}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/20 2:20/0");
  EXPECT_EQ(TableOf(bench.dumps[2]), "1:0/40 2:40/0");
  bench.Send(1, 1126, 3, 4, 1);
  bench.Reach(0, 1130);
  bench.Reach(1, 1130);
  ASSERT_EQ(bench.times(), (Times{110, 120, 130, 1130}));
  EXPECT_EQ(TableOf(bench.dumps[3]), "3:0/1 4:1/0");
  EXPECT_EQ(bench.dumps[3].since, 1120);
}

TEST(MetersClock, ClearAlsoAtATimeThatWasJumpedOver) {
  MeterBench bench({MeterEvery(10, MeterClear::kEvery)});  // each 30 s
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Send(0, 125, 1, 2, 20);
  bench.Send(0, 135, 1, 2, 40);
  bench.meters->ClockSet(20, 156);
  bench.Send(0, 157, 1, 2, 80);
  bench.Reach(0, 160);
  ASSERT_EQ(bench.times(), (Times{110, 120, 130, 140, 160}));
  EXPECT_EQ(TableOf(bench.dumps[3]), "1:0/60 2:60/0");
  EXPECT_EQ(TableOf(bench.dumps[4]), "1:0/80 2:80/0");
  EXPECT_EQ(bench.dumps[4].since, 150);
}

TEST(MetersClock, GoOnWhenItIsSetWithinAPeriod) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Send(0, 111, 1, 2, 20);
  bench.meters->ClockSet(5, 117);
  bench.Reach(0, 120);
  ASSERT_EQ(bench.times(), (Times{110, 120}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/20 2:20/0");
  EXPECT_EQ(bench.dumps[1].since, 110);
}

constexpr int64_t kSaved = 1'000'000;

// It was saved while the dump at 1'000'010 was to come.
struct SavedBench : MeterBench {
  SavedBench() : MeterBench({MeterEvery(10)}) {
    meters->Restore(
        {kSaved, {{"m", kSaved, {{"a", kSaved + 10, {{Host(1), 4, 8}}, {}}}}}});
    meters->AddCapture(0, "a");
  }
};

TEST(MetersClock, WaitUntilItComesToWhatWasSaved) {
  SavedBench bench;
  bench.Send(0, 101, 1, 2, 1);
  bench.Reach(0, 101 + 3599);
  EXPECT_TRUE(bench.dumps.empty());
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[0].next_dump, kSaved + 10);
  bench.meters->ClockSet(kSaved - 100, kSaved + 3);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(0, kSaved + 20);
  EXPECT_EQ(bench.times(), (Times{kSaved + 10, kSaved + 20}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:4/9 2:1/0");
  EXPECT_EQ(bench.dumps[0].since, kSaved);
}

TEST(MetersClock, TellWhatWasSavedWhenItIsSetBehindThat) {
  SavedBench bench;
  bench.Send(0, 101, 1, 2, 1);
  bench.meters->ClockSet(2 * kSaved, 2 * kSaved + 101);
  EXPECT_EQ(bench.times(), Times{kSaved + 10});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:4/9 2:1/0");
  bench.Reach(0, 2 * kSaved + 110);
  EXPECT_EQ(bench.times(), (Times{kSaved + 10, 2 * kSaved + 110}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "");
}

// The former clock may have been the wrong one.
TEST(MetersClock, BelieveItAfterAnHour) {
  SavedBench bench;
  bench.Send(0, 101, 1, 2, 1);
  bench.Reach(0, 101 + 3600);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(0, 3720);
  EXPECT_EQ(bench.times(), (Times{3710, 3720}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:4/9 2:1/0");
  EXPECT_LE(bench.dumps[0].since, 3701);
  EXPECT_EQ(bench.meters->StateAt(3720).saved_at, 3720);
}

TEST(MetersClock, HaveTheHourByAClockThatIsSetAndStillBehind) {
  SavedBench bench;
  bench.Reach(0, 101);
  bench.meters->ClockSet(-50, 51);
  bench.meters->ClockSet(10'050, 10'101);
  bench.Reach(0, 10'101 + 3599);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(0, 10'101 + 3600);
  bench.Reach(0, 13'710);
  EXPECT_EQ(bench.times(), Times{13'710});
}

TEST(MetersClock, WaitAlsoAfterAnotherRestart) {
  SavedBench bench;
  EXPECT_EQ(bench.meters->StateAt(50).saved_at, kSaved);
  bench.Reach(0, 101);
  const MetersState state = bench.meters->StateAt(110);
  EXPECT_EQ(state.saved_at, kSaved);
  EXPECT_EQ(state.meters[0].since, kSaved);
  EXPECT_EQ(state.meters[0].tables[0].next_dump, kSaved + 10);
  bench.meters->ClockSet(kSaved, kSaved + 101);
  EXPECT_EQ(bench.meters->StateAt(kSaved + 102).saved_at, kSaved + 102);
}

}  // namespace
}  // namespace ipband
