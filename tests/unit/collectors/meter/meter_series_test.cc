// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_series.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ipband {
namespace {

constexpr uint64_t kSeed = 4711;
constexpr int64_t kTimeout = 100;

void Add(MeterSeries& series, uint32_t host, uint64_t in, uint64_t out = 0) {
  const Address address = Address::V4(host);
  series.Add(address, MeterSeries::HashOf(address, kSeed), {in, out});
}

MeterSnapshot Describe(const MeterSeries& series) {
  MeterSnapshot snapshot;
  series.Describe(snapshot);
  return snapshot;
}

std::map<Address, uint64_t> ReceiveOf(const MeterSeries& series) {
  std::map<Address, uint64_t> receive;
  for (const MeterSeriesRow& row : Describe(series).series) {
    receive[row.address] = row.receive_bytes;
  }
  return receive;
}

using Receive = std::map<Address, uint64_t>;

TEST(MeterSeries, AdmitEverybodyWhileThereIsRoom) {
  MeterSeries series(2, kTimeout, kSeed);
  Add(series, 1, 10);
  Add(series, 2, 20);
  Add(series, 3, 30, 3);
  EXPECT_EQ(ReceiveOf(series),
            (Receive{{Address::V4(1), 10}, {Address::V4(2), 20}}));
  EXPECT_EQ(Describe(series).untracked_receive_bytes, 30u);
  EXPECT_EQ(Describe(series).untracked_transmit_bytes, 3u);
}

TEST(MeterSeries, GiveALargeNewcomerThePlaceOfTheSmallest) {
  MeterSeries series(2, kTimeout, kSeed);
  Add(series, 1, 10);
  Add(series, 2, 20);
  Add(series, 3, 3000);
  series.EndPeriod(1000);
  EXPECT_EQ(ReceiveOf(series),
            (Receive{{Address::V4(2), 20}, {Address::V4(3), 0}}));
  const MeterSnapshot snapshot = Describe(series);
  EXPECT_EQ(snapshot.retired_receive_bytes, 10u);
  EXPECT_EQ(snapshot.untracked_receive_bytes, 3000u);
}

TEST(MeterSeries, RetireWhoIsIdle) {
  MeterSeries series(2, kTimeout, kSeed);
  Add(series, 1, 10, 1);
  series.EndPeriod(1000);
  Add(series, 2, 20);
  series.EndPeriod(1000 + kTimeout);
  EXPECT_EQ(ReceiveOf(series), (Receive{{Address::V4(2), 20}}));
  EXPECT_EQ(Describe(series).retired_transmit_bytes, 1u);
}

TEST(MeterSeries, CanBeSwitchedOff) {
  MeterSeries series(0, kTimeout, kSeed);
  Add(series, 1, 10);
  series.EndPeriod(1000);
  Add(series, 1, 10);
  EXPECT_EQ(Describe(series).series.size(), 0u);
  EXPECT_EQ(Describe(series).untracked_receive_bytes, 20u);
  series.MoveTo(series.RoomFor(1));
  Add(series, 1, 10);
  EXPECT_EQ(ReceiveOf(series), (Receive{{Address::V4(1), 10}}));
}

TEST(MeterSeries, KeepTheLargestWhenThereAreFewer) {
  MeterSeries series(3, kTimeout, kSeed);
  Add(series, 1, 10);
  Add(series, 2, 30);
  Add(series, 3, 20);
  series.EndPeriod(1000);
  series.MoveTo(series.RoomFor(1));
  EXPECT_EQ(ReceiveOf(series), (Receive{{Address::V4(2), 30}}));
  EXPECT_EQ(Describe(series).retired_receive_bytes, 30u);
  EXPECT_EQ(Describe(series).max_series, 1u);
}

TEST(MeterSeries, LoseNoByteAndTakeNoneBack) {
  std::mt19937 random(7);
  MeterSeries series(8, kTimeout, kSeed);
  uint64_t all = 0;
  uint64_t untracked = 0;
  for (int64_t second = 1; second < 3000; ++second) {
    const auto host = static_cast<uint32_t>(random() % (1 + random() % 40));
    const uint64_t bytes = random() % 1500;
    all += bytes;
    Add(series, host, bytes);
    if (second % 20 == 0) series.EndPeriod(second);
    if (second == 1500) series.MoveTo(series.RoomFor(4));
    const MeterSnapshot snapshot = Describe(series);
    uint64_t sum =
        snapshot.untracked_receive_bytes + snapshot.retired_receive_bytes;
    for (const MeterSeriesRow& row : snapshot.series) sum += row.receive_bytes;
    ASSERT_EQ(sum, all);
    ASSERT_GE(snapshot.untracked_receive_bytes, untracked);
    untracked = snapshot.untracked_receive_bytes;
  }
  EXPECT_GT(Describe(series).retired_receive_bytes, 0u);
}

}  // namespace
}  // namespace ipband
