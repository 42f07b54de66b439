// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meters.h"

#include <gtest/gtest.h>

#include "collectors/meter/meter.h"
#include "tests/support/meter_fixture.h"

namespace ipband {
namespace {

using test::Host;
using test::MeterBench;
using test::MeterEvery;
using test::NotShownOf;
using test::TableOf;
using Times = std::vector<int64_t>;

TEST(Meters, FileEachPacketUnderThePeriodOfItsStamp) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "v0");
  bench.Send(0, 16, 1, 2, 100);
  bench.Send(0, 19, 1, 2, 10);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Send(0, 20, 2, 1, 1);
  ASSERT_EQ(bench.times(), Times{20});
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/110 2:110/0");
  EXPECT_EQ(bench.dumps[0].meter, "m");
  EXPECT_EQ(bench.dumps[0].interfaces, std::vector<std::string>{"v0"});
  EXPECT_EQ(bench.dumps[0].since, 16);
  EXPECT_TRUE(bench.dumps[0].scheduled);
  EXPECT_TRUE(bench.dumps[0].cleared);
  bench.Reach(0, 25);
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:1/0 2:0/1");
  EXPECT_EQ(bench.dumps[1].since, 20);
}

TEST(Meters, CountAPacketToItselfInBothColumns) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "v0");
  bench.Send(0, 1, 7, 7, 100);
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps[0]), "7:100/100");
}

TEST(Meters, ListAHostThatHadNothingButEmptyPackets) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "v0");
  bench.Send(0, 1, 1, 2, 0);
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/0 2:0/0");
}

TEST(Meters, CountByTheirOwnLength) {
  MeterOptions frames = MeterEvery(5);
  frames.name = "frames";
  frames.length = LengthKind::kFrame;
  MeterBench bench({MeterEvery(5), frames});
  bench.meters->AddCapture(0, "v0");
  bench.Send(0, 1, 1, 2, 100);
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/100 2:100/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/114 2:114/0");
}

TEST(Meters, SkipWrongChecksumsWhereTheyAreToldTo) {
  MeterOptions strict = MeterEvery(5);
  EXPECT_FALSE(MeterBench({strict}).meters->require_checksum());
  strict.name = "strict";
  strict.require_checksum = true;
  MeterBench bench({MeterEvery(5), strict});
  EXPECT_TRUE(bench.meters->require_checksum());
  bench.meters->AddCapture(0, "v0");
  bench.Send(0, 1, 1, 2, 100);
  Packet packet;
  packet.ip_length = 7;
  packet.bad_checksum = true;
  bench.meters->Account(0, {&packet, 1});
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps[0]), "0:7/7 1:0/100 2:100/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/100 2:100/0");
}

// ipfm: a section without LOG lines writes no dump at all.
TEST(Meters, WithoutRulesDoNothing) {
  MeterOptions options = MeterEvery(5);
  options.rules.clear();
  MeterBench bench({options});
  bench.meters->AddCapture(0, "v0");
  EXPECT_FALSE(bench.meters->IsDue(0, INT64_MAX - 1));
  bench.Send(0, 1, 1, 2, 100);
  bench.meters->Reach(0, 100);
  bench.meters->DumpNow(100);
  EXPECT_TRUE(bench.dumps.empty());
  EXPECT_EQ(bench.meters->TakeSnapshot(true)[0].table_rows, 0u);
}

TEST(Meters, CountOnlyTheirInterfaces) {
  MeterOptions options = MeterEvery(5);
  options.interfaces = {"eth*", "tun0"};
  MeterBench bench({options});
  bench.meters->AddCapture(0, "wlan0");
  bench.meters->AddCapture(1, "eth1");
  bench.meters->AddCapture(2, "tun0");
  EXPECT_FALSE(bench.meters->IsDue(0, 100));
  bench.Send(0, 1, 1, 2, 1);
  bench.Send(1, 1, 1, 2, 10);
  bench.Send(2, 1, 1, 2, 100);
  bench.Reach(1, 5);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(2, 5);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/110 2:110/0");
  EXPECT_EQ(bench.dumps[0].interfaces,
            (std::vector<std::string>{"eth1", "tun0"}));
}

TEST(Meters, WaitForACaptureThatHasNotBegun) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(0, 1, 1, 2, 10);
  bench.Reach(0, 17);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Send(1, 3, 1, 3, 5);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(1, 10);
  EXPECT_EQ(bench.times(), (Times{5, 10}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/15 2:10/0 3:5/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "");
  bench.meters->EndCapture(1);
  EXPECT_EQ(bench.times(), (Times{5, 10, 15}));
}

TEST(Meters, TakeWhatAnEndedCaptureHasLeft) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(0, 1, 1, 2, 10);
  bench.Send(1, 1, 1, 2, 100);
  bench.Send(1, 7, 1, 2, 1000);
  bench.meters->EndCapture(1);
  EXPECT_TRUE(bench.dumps.empty());
  bench.Reach(0, 15);
  EXPECT_EQ(bench.times(), (Times{5, 10, 15}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/110 2:110/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/1000 2:1000/0");
  EXPECT_EQ(TableOf(bench.dumps[2]), "");
}

TEST(Meters, NeverRepeatADumpWhenTheClockStepsBack) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 11, 1, 2, 1);
  bench.Reach(0, 15);
  bench.Send(0, 2, 1, 2, 10);
  bench.meters->Reach(0, 2);
  bench.meters->AddCapture(1, "b");
  bench.Send(1, 3, 1, 2, 100);
  EXPECT_EQ(bench.times(), Times{15});
  bench.Reach(0, 20);
  bench.Reach(1, 20);
  EXPECT_EQ(bench.times(), (Times{15, 20}));
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/110 2:110/0");
}

TEST(Meters, MakeUpEveryDumpThatWasMissed) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 1, 1, 2, 1);
  bench.Reach(0, 22);
  EXPECT_EQ(bench.times(), (Times{5, 10, 15, 20}));
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/1 2:1/0");
  EXPECT_EQ(TableOf(bench.dumps[1]), "");
  EXPECT_EQ(bench.dumps[3].since, 15);
}

TEST(Meters, LeaveOutTheMiddleOfALongGap) {
  for (const int64_t missed : {999, 1000, 1001, 5000}) {
    MeterBench bench({MeterEvery(1)});
    bench.meters->AddCapture(0, "a");
    bench.Send(0, 100, 1, 2, 1);
    bench.Reach(0, 100 + missed);
    ASSERT_EQ(bench.dumps.size(),
              std::min<size_t>(static_cast<size_t>(missed), 1000));
    EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/1 2:1/0");
    EXPECT_EQ(bench.dumps[0].at, 101);
    EXPECT_EQ(bench.dumps[1].at, missed <= 1000 ? 102 : 100 + missed - 998);
    EXPECT_EQ(bench.dumps[1].since, bench.dumps[1].at - 1);
    EXPECT_EQ(bench.dumps.back().at, 100 + missed);
  }
}

TEST(Meters, ClearAlsoAtATimeThatIsLeftOut) {
  MeterOptions options = MeterEvery(1, MeterClear::kEvery);
  options.clear_grid.every = std::chrono::seconds(2000);
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 100, 1, 2, 1);
  bench.Reach(0, 5000);
  ASSERT_EQ(bench.dumps.size(), 1000u);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/1 2:1/0");
  EXPECT_FALSE(bench.dumps[0].cleared);
  EXPECT_EQ(TableOf(bench.dumps[1]), "");
  EXPECT_EQ(bench.dumps[1].since, 4000);
}

TEST(Meters, TakeStampsFromAnyAge) {
  MeterBench bench({MeterEvery(1)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 0, 1, 2, 1);
  bench.Reach(0, UINT32_MAX);
  bench.Reach(0, 5);
  EXPECT_EQ(bench.dumps.size(), 1000u);
  EXPECT_EQ(bench.dumps.back().at, UINT32_MAX);
  bench.meters->Reach(0, INT64_MAX);
  bench.meters->Reach(0, INT64_MIN);
  EXPECT_EQ(bench.dumps.size(), 2000u);
}

TEST(Meters, ShareTheRowsOfIdleTimes) {
  MeterBench bench({MeterEvery(1, MeterClear::kNever)});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 10, 1, 2, 1);
  bench.Reach(0, 500);
  bench.Reach(0, 501);  // also from one call to the next
  ASSERT_EQ(bench.dumps.size(), 491u);
  for (const Dump& dump : bench.dumps) {
    EXPECT_EQ(dump.parts.at(0).rows, bench.dumps[0].parts[0].rows);
    EXPECT_EQ(dump.since, 10);
    EXPECT_FALSE(dump.cleared);
  }
  bench.Send(0, 501, 1, 2, 1);
  bench.Reach(0, 502);
  EXPECT_EQ(TableOf(bench.dumps.back()), "1:0/2 2:2/0");
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/1 2:1/0");
}

TEST(Meters, ClearAtTheTimesOfTheClearGrid) {
  MeterBench bench({MeterEvery(5, MeterClear::kEvery)});  // each 15 s
  bench.meters->AddCapture(0, "a");
  for (int64_t t = 1; t < 32; t += 5) bench.Send(0, t, 1, 2, 100);
  std::vector<std::string> tables;
  for (const Dump& dump : bench.dumps) tables.push_back(TableOf(dump));
  EXPECT_EQ(tables,
            (std::vector<std::string>{"1:0/100 2:100/0", "1:0/200 2:200/0",
                                      "1:0/300 2:300/0", "1:0/100 2:100/0",
                                      "1:0/200 2:200/0", "1:0/300 2:300/0"}));
  EXPECT_TRUE(bench.dumps[2].cleared);
  EXPECT_FALSE(bench.dumps[3].cleared);
  EXPECT_EQ(bench.dumps[5].since, 15);
}

TEST(Meters, DumpAtOnceWithoutClearing) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "a");
  bench.meters->AddCapture(1, "b");
  bench.Send(0, 1, 1, 2, 1);
  bench.Send(1, 1, 1, 2, 10);
  bench.Send(0, 6, 1, 2, 100);  // what it had waits for the other
  bench.meters->DumpNow(7);
  ASSERT_EQ(bench.times(), Times{7});
  EXPECT_FALSE(bench.dumps[0].scheduled);
  EXPECT_FALSE(bench.dumps[0].cleared);
  EXPECT_EQ(bench.dumps[0].since, 1);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:0/111 2:111/0");
  const MeterSnapshot snapshot = bench.meters->TakeSnapshot(false)[0];
  EXPECT_EQ(snapshot.table_in, 111u);
  EXPECT_EQ(snapshot.table_rows, 6u);
  EXPECT_TRUE(snapshot.tables.empty());
  bench.Reach(1, 5);
  EXPECT_EQ(TableOf(bench.dumps[1]), "1:0/11 2:11/0");
}

TEST(Meters, CountWhoFindsTheTableFull) {
  MeterOptions options = MeterEvery(5);
  options.max_hosts = 2;
  MeterBench bench({options});
  bench.meters->AddCapture(0, "a");
  bench.Send(0, 1, 1, 2, 10);
  bench.Send(0, 1, 3, 1, 10);
  bench.Send(0, 1, 3, 4, 10);
  bench.Send(0, 5, 3, 4, 1);
  EXPECT_EQ(TableOf(bench.dumps[0]), "1:10/10 2:10/0");
  EXPECT_EQ(NotShownOf(bench.dumps[0]).hosts, 2u);
  EXPECT_EQ(NotShownOf(bench.dumps[0]).in, 10u);
  EXPECT_EQ(NotShownOf(bench.dumps[0]).out, 20u);
  bench.Reach(0, 10);
  EXPECT_EQ(TableOf(bench.dumps[1]), "3:0/1 4:1/0");
  EXPECT_EQ(NotShownOf(bench.dumps[1]).hosts, 0u);
}

TEST(Meters, KeepWhatAReassignedCaptureHasCounted) {
  MeterBench bench({MeterEvery(5)});
  bench.meters->AddCapture(0, "usb0");
  bench.Send(0, 1, 1, 2, 10);
  bench.meters->Reassign(0, "usb1");
  bench.Send(0, 2, 1, 2, 1);
  bench.Reach(0, 5);
  EXPECT_EQ(TableOf(bench.dumps.at(0)), "1:0/11 2:11/0");
  EXPECT_EQ(bench.dumps[0].interfaces, std::vector<std::string>{"usb1"});
}

TEST(Meters, NeverWaitAtThePriceOfAllMemory) {
  std::vector<Dump> dumps;
  const Meters::DumpSink sink = [&](Dump dump) {
    dumps.push_back(std::move(dump));
  };
  Meter meter(MeterEvery(5), 86400, 4711);
  meter.SetCapture(0, "a");
  meter.SetCapture(1, "b");
  const auto send = [&](CaptureId capture, uint32_t host) {
    Packet packet;
    packet.source = packet.destination = Host(host);
    packet.ip_length = 1;
    const EndHash hash = {Hash({packet.source, capture}, 4711),
                          MeterSeries::HashOf(packet.source, 4711)};
    meter.Account(capture, {&packet, 1}, {&hash, 1}, {&hash, 1});
  };
  meter.Reach(0, 1, sink);
  meter.Reach(1, 1, sink);
  send(1, 9);
  for (uint32_t i = 1; i <= 10; ++i) {
    send(0, i);
    meter.Reach(0, 5 * int64_t{i}, sink);
  }
  EXPECT_TRUE(dumps.empty());
  const uint64_t before = meter.set_aside();
  EXPECT_GE(before, 10u);
  meter.TellFirstCut(sink);
  ASSERT_EQ(dumps.size(), 1u);
  EXPECT_EQ(TableOf(dumps[0]), "1:1/1 9:1/1");
  EXPECT_LT(meter.set_aside(), before);
  send(1, 8);
  meter.Reach(1, 3, sink);  // its time is behind: what it has is in the next
  meter.Reach(1, 50, sink);
  ASSERT_EQ(dumps.size(), 10u);
  EXPECT_EQ(TableOf(dumps[1]), "2:1/1 8:1/1");
  EXPECT_EQ(meter.set_aside(), 0u);
}

TEST(Meters, StopWaitingForALongIdleTimeAtOnce) {
  std::vector<Dump> dumps;
  const Meters::DumpSink sink = [&](Dump dump) {
    dumps.push_back(std::move(dump));
  };
  Meter meter(MeterEvery(1), 86400, 4711);
  meter.SetCapture(0, "a");
  meter.SetCapture(1, "b");
  meter.Reach(0, 1, sink);
  meter.Reach(0, 10'000'000, sink);
  EXPECT_TRUE(dumps.empty());
  EXPECT_GT(meter.set_aside(), 0u);
  meter.TellFirstCut(sink);
  EXPECT_EQ(meter.set_aside(), 0u);
  EXPECT_EQ(dumps.size(), 1000u);
  EXPECT_EQ(dumps.back().at, 10'000'000);
}

}  // namespace
}  // namespace ipband
