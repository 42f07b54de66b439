// SPDX-License-Identifier: Apache-2.0
//
// What meters keep over another configuration and over a restart.
#include <gtest/gtest.h>

#include "tests/support/meter_fixture.h"

namespace ipband {
namespace {

using test::Host;
using test::MeterBench;
using test::MeterEvery;
using test::NotShownOf;
using test::TableOf;
using Times = std::vector<int64_t>;

TEST(MetersRestart, GoOnWhereTheyWere) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Restart({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[0].since, 101);
  bench.Send(0, 105, 1, 2, 1);
  bench.Reach(0, 110);
  ASSERT_EQ(bench.times(), Times{110});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/11 2:11/0");
  EXPECT_EQ(bench.dumps[0].since, 101);
}

TEST(MetersRestart, MakeUpWhatWasMissedWithTheDataInTheFirst) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Restart({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 135, 1, 2, 1);
  EXPECT_EQ(bench.times(), (Times{110, 120, 130}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/10 2:10/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "");
  bench.Reach(0, 140);
  EXPECT_EQ(TableOf(bench.dumps[3]), "1:0/1 2:1/0");
}

TEST(MetersRestart, NeverRepeatADump) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Reach(0, 110);
  bench.Restart({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 104, 1, 2, 1);  // the clock was set back
  bench.Reach(0, 115);
  EXPECT_EQ(bench.times(), Times{110});
  bench.Reach(0, 120);
  EXPECT_EQ(bench.times(), (Times{110, 120}));
}

TEST(MetersRestart, DumpAnInterfaceThatDidNotComeBackOnce) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "gone");
  bench.Send(0, 101, 1, 2, 10);
  bench.Restart({MeterEvery(10)});
  bench.Restart({MeterEvery(10)});  // kept although nobody asked for it
  bench.meters->AddCapture(0, "b");
  bench.Send(0, 103, 1, 2, 1);
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[0].table_in, 11u);
  bench.Reach(0, 120);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/11 2:11/0");
  EXPECT_EQ(TableOf(bench.dumps.at(1)), "");
}

TEST(MetersRestart, KeepWhatWaitedForAnotherCapture) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(1, 101, 5, 6, 7);
  bench.Send(0, 101, 1, 2, 10);
  bench.Send(0, 110, 1, 2, 1);
  bench.Restart({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Reach(0, 112);
  bench.Reach(1, 112);
  ASSERT_EQ(bench.times(), Times{110});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/11 2:11/0 5:0/7 6:7/0");
}

MetersState Hostile(std::vector<MeterTableState> tables) {
  return {0, {{"m", INT64_MIN, std::move(tables)}, {"other", 5, {}}}};
}

TEST(MetersRestart, AddUpAddressesThatComeTwice) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->Restore(Hostile(
      {{"a", 110, {{Host(1), 1, 2}, {Host(2), 5, 5}, {Host(1), 1, 2}}, {}},
       {"a", 110, {{Host(1), 10, 20}}, {}}}));
  bench.meters->AddCapture(0, "a");
  bench.Reach(0, 110);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:12/24 2:5/5");
}

TEST(MetersRestart, StandTimesThatCannotBe) {
  for (const int64_t next : {INT64_MIN, int64_t{-5}, int64_t{0}, INT64_MAX,
                             INT64_MAX / 2, int64_t{1'700'000'000}}) {
    MeterBench bench({MeterEvery(10)});
    bench.meters->Restore(Hostile({{"a", next, {{Host(1), 1, 2}}, {}},
                                   {"gone", next, {{Host(2), 3, 4}}, {}}}));
    bench.meters->AddCapture(0, "a");
    bench.Reach(0, 101);
    bench.Reach(0, 120);
    EXPECT_EQ(bench.times(), (Times{110, 120})) << next;
    EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:1/2 2:3/4");
    EXPECT_LE(bench.dumps[0].since, 110);
    EXPECT_EQ(TableOf(bench.dumps.at(1)), "");
  }
}

TEST(MetersRestart, MakeUpNoMoreThanTheMostAfterAnAge) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->Restore(Hostile({{"a", 1, {{Host(1), 1, 2}}, {}}}));
  bench.meters->AddCapture(0, "a");
  bench.Reach(0, 1'700'000'000);
  ASSERT_EQ(bench.dumps.size(), 1000u);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:1/2");
}

TEST(MetersRestart, ShowNoMoreRowsThanTheTableHolds) {
  MeterOptions options = MeterEvery(10);
  options.max_hosts = 2;
  MeterBench bench({options});
  bench.meters->Restore(Hostile(
      {{"a", 110, {{Host(1), 1, 0}, {Host(2), 2, 0}, {Host(3), 4, 8}}, {}},
       {"gone", 110, {{Host(4), 16, 0}}, {.hosts = 5, .in = 1}}}));
  bench.meters->AddCapture(0, "a");
  bench.Reach(0, 110);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:1/0 2:2/0");
  EXPECT_EQ(NotShownOf(bench.dumps[0]).hosts, 7u);
  EXPECT_EQ(NotShownOf(bench.dumps[0]).in, 21u);
  EXPECT_EQ(NotShownOf(bench.dumps[0]).out, 8u);
}

TEST(MetersRestart, KeepTheSumOfMoreInterfacesThanAStateHolds) {
  MeterOptions options = MeterEvery(5, MeterClear::kNever);
  MeterBench bench({options});
  for (uint32_t i = 0; i < 200; ++i) {
    bench.meters->AddCapture(static_cast<CaptureId>(i),
                             "old" + std::to_string(i));
    bench.Send(static_cast<CaptureId>(i), 1, 1 + i % 3, 9, 1);
  }
  bench.Restart({options});
  for (uint32_t i = 0; i < 200; ++i) {
    bench.meters->AddCapture(static_cast<CaptureId>(i),
                             "new" + std::to_string(i));
    bench.Send(static_cast<CaptureId>(i), 2, 1 + i % 3, 9, 10);
  }
  const MetersState state = bench.meters->StateAt(2);
  EXPECT_EQ(state.meters[0].tables.size(), kMostMeterTables);
  bench.Restart({options});
  bench.meters->AddCapture(0, "new0");
  bench.Reach(0, 5);
  ASSERT_EQ(bench.times(), Times{5});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/737 2:0/737 3:0/726 9:2200/0");
}

TEST(MetersRestart, HaveOneTableForEachInterface) {
  MeterOptions options = MeterEvery(5, MeterClear::kNever);
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 1, 1, 2, 10);
  options.interfaces = {"b"};
  bench.Restart({options});
  bench.meters->AddCapture(0, "b");
  bench.Send(0, 2, 1, 2, 1);
  bench.meters->Reassign(0, "a");
  const MetersState state = bench.meters->StateAt(2);
  ASSERT_EQ(state.meters[0].tables.size(), 1u);
  EXPECT_EQ(state.meters[0].tables[0].interface, "a");
  bench.Restart({options});
  bench.meters->AddCapture(0, "b");
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/11 2:11/0");
}

TEST(MetersRestart, KeepTheLargestOfMoreRowsThanAStateHolds) {
  MeterOptions other = MeterEvery(5);
  other.name = "n";
  MeterBench bench({MeterEvery(5), other});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 1, 1, 2, 10);
  bench.Send(0, 1, 3, 3, 1);
  const MetersState state = bench.meters->StateAt(2, 5);
  ASSERT_EQ(state.meters[0].tables[0].rows.size(), 3u);
  const MeterTableState& cut = state.meters[1].tables[0];
  ASSERT_EQ(cut.rows.size(), 2u);
  EXPECT_EQ(cut.rows[0].in + cut.rows[0].out, 10u);
  EXPECT_EQ(cut.rows[1].in + cut.rows[1].out, 10u);
  EXPECT_EQ(cut.not_shown.hosts, 1u);
  EXPECT_EQ(cut.not_shown.in, 1u);
  EXPECT_EQ(cut.not_shown.out, 1u);
}

TEST(MetersReload, KeepTableScheduleAndSeriesByName) {
  MeterOptions other = MeterEvery(5);
  other.name = "other";
  MeterBench bench({MeterEvery(10), other});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  MeterOptions third = MeterEvery(7);
  third.name = "third";
  bench.meters->Reconfigure(bench.meters->Prepare({third, MeterEvery(10)}));
  bench.Send(0, 103, 1, 2, 1);
  bench.Reach(0, 110);
  ASSERT_EQ(bench.dumps.size(), 2u);
  EXPECT_EQ(bench.dumps[0].meter, "third");
  EXPECT_EQ(bench.dumps[0].at, 105);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/1 2:1/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/11 2:11/0");
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[1].series.size(), 2u);
}

TEST(MetersReload, CountByTheNewRulesFromThenOn) {
  MeterOptions options = MeterEvery(10);
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  options.rules[0].host = {false, Host(1), Host(UINT32_MAX)};
  bench.meters->Reconfigure(bench.meters->Prepare({options}));
  bench.Send(0, 102, 1, 2, 100);
  bench.Reach(0, 110);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/110 2:10/0");
}

TEST(MetersReload, DumpByTheNewGridBehindTheLastDump) {
  MeterBench bench({MeterEvery(60)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 100, 1, 2, 10);
  bench.Reach(0, 120);
  bench.Send(0, 130, 1, 2, 1);
  bench.meters->Reconfigure(bench.meters->Prepare({MeterEvery(50)}));
  EXPECT_EQ(bench.meters->TakeSnapshot(false)[0].next_dump, 150);
  bench.Reach(0, 150);
  EXPECT_EQ(bench.times(), (Times{120, 150}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/1 2:1/0");
  bench.meters->Reconfigure(bench.meters->Prepare({MeterEvery(7)}));
  bench.Reach(0, 155);
  EXPECT_EQ(bench.times(), (Times{120, 150, 154}));
}

TEST(MetersReload, TellWhatWaitedBeforeTheGridChanges) {
  MeterBench bench({MeterEvery(10)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(0, 101, 1, 2, 10);
  bench.Send(1, 101, 3, 4, 10);
  bench.Send(0, 111, 1, 2, 1);
  bench.meters->Reconfigure(bench.meters->Prepare({MeterEvery(4)}));
  ASSERT_EQ(bench.times(), Times{110});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/10 2:10/0 3:0/10 4:10/0");
  bench.Reach(0, 112);
  bench.Reach(1, 112);
  EXPECT_EQ(bench.times(), (Times{110, 112}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/1 2:1/0");
}

TEST(MetersReload, HonourOtherLimits) {
  MeterOptions options = MeterEvery(10);
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 101, 1, 2, 10);
  bench.Send(0, 101, 3, 4, 20);
  options.max_hosts = 3;
  options.max_series = 1;
  bench.meters->Reconfigure(bench.meters->Prepare({options}));
  const MeterSnapshot snapshot = bench.meters->TakeSnapshot(false)[0];
  EXPECT_EQ(snapshot.series.size(), 1u);
  EXPECT_EQ(snapshot.max_series, 1u);
  EXPECT_EQ(snapshot.max_hosts, 3u);
  EXPECT_EQ(snapshot.table_rows, 3u);
  bench.Reach(0, 110);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/10 2:10/0 3:0/20");
  EXPECT_EQ(NotShownOf(bench.dumps[0]).hosts, 1u);
  EXPECT_EQ(NotShownOf(bench.dumps[0]).in, 20u);
}

TEST(MetersReload, StopWaitingForAnInterfaceThatIsCountedNoMore) {
  MeterOptions options = MeterEvery(10);
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(1, 101, 3, 4, 7);
  bench.Send(0, 101, 1, 2, 10);
  bench.Reach(0, 110);
  EXPECT_TRUE(bench.dumps.empty());
  options.interfaces = {"a"};
  bench.meters->Reconfigure(bench.meters->Prepare({options}));
  EXPECT_FALSE(bench.meters->IsDue(1, 1000));
  ASSERT_EQ(bench.times(), Times{110});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/10 2:10/0 3:0/7 4:7/0");
}

}  // namespace
}  // namespace ipband
