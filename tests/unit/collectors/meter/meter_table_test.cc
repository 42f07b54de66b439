// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/collectors/host_key.h"

namespace ipband {
namespace {

constexpr uint64_t kTableSeed = 4711;

TEST(MeterTable, FindsWhatWasInserted) {
  MeterTable table(10, kTableSeed);
  table.AddCapture(0);
  const Key key = HostKey(1);
  const uint64_t hash = table.HashOf(key);
  EXPECT_EQ(table.Find(key, hash), nullptr);
  MeterRow* row = table.Insert(key, hash, 5);
  table.Credit(*row, {.in = 3, .out = 4});
  EXPECT_EQ(table.Find(key, hash), row);
  EXPECT_EQ(row->rules, 5u);
  ASSERT_EQ(table.RowsOf(0).size(), 1u);
  EXPECT_EQ(table.RowsOf(0)[0].address, key.address);
  EXPECT_EQ(table.RowsOf(0)[0].in, 3u);
  EXPECT_EQ(table.SumOf(0).out, 4u);
}

TEST(MeterTable, KnowsCapturesAndFamiliesApart) {
  MeterTable table(10, kTableSeed);
  table.AddCapture(1);
  table.Add({Address::V4(1), 0}, 1, {1, 0});
  table.Add({Address::V6(0, 1), 0}, 1, {2, 0});
  table.Add({Address::V4(1), 1}, 1, {4, 0});
  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table.SumOf(0).in, 3u);
  EXPECT_EQ(table.SumOf(1).in, 4u);
}

TEST(MeterTable, CountsTheHostsThatFindItFull) {
  MeterTable table(2, kTableSeed);
  table.AddCapture(0);
  for (uint32_t i = 0; i < 20; ++i) table.Add(HostKey(i % 5), 1, {10, 1});
  EXPECT_EQ(table.size(), 2u);
  const NotShown not_shown = table.NotShownOf(0);
  EXPECT_EQ(not_shown.hosts, 3u);
  EXPECT_FALSE(not_shown.more_hosts);
  EXPECT_EQ(not_shown.in, 120u);
  EXPECT_EQ(not_shown.out, 12u);
}

TEST(MeterTable, SaysWhenThereWereMoreHostsThanItCanTellApart) {
  MeterTable table(0, kTableSeed);
  table.AddCapture(1);
  const auto most = static_cast<uint32_t>(UncountedHosts::kMost);
  for (uint32_t i = 0; i < most; ++i) table.Add(HostKey(i), 1, {1, 0});
  EXPECT_EQ(table.NotShownOf(0).hosts, most);
  EXPECT_FALSE(table.NotShownOf(0).more_hosts);
  table.Add(HostKey(7), 1, {1, 0});
  EXPECT_FALSE(table.NotShownOf(0).more_hosts);
  table.Add(HostKey(most), 1, {1, 0});
  EXPECT_TRUE(table.NotShownOf(0).more_hosts);
  EXPECT_EQ(table.NotShownOf(0).in, most + 2u);
  EXPECT_FALSE(table.NotShownOf(1).more_hosts);

  table.Clear(0);
  EXPECT_TRUE(table.IsEmpty(0));
  table.Add(HostKey(1, 1), 1, {1, 0});
  EXPECT_EQ(table.NotShownOf(1).hosts, 1u);
}

TEST(MeterTable, ClearsOneCaptureAndKeepsTheOthers) {
  std::mt19937 random(1);
  MeterTable table(500, kTableSeed);
  table.AddCapture(8);
  std::map<Key, uint64_t> expected;
  uint32_t left_out = 0;
  for (int turn = 0; turn < 300; ++turn) {
    for (int i = 0; i < 200; ++i) {
      const Key key =
          HostKey(static_cast<uint32_t>(random() % 400),
                  static_cast<CaptureId>(random() % (1 + random() % 9)));
      table.Add(key, 1, {1, 0});
      if (expected.contains(key) || expected.size() < 500) {
        ++expected[key];
      } else {
        ++left_out;
      }
    }
    const auto capture = static_cast<CaptureId>(random() % 9);
    table.Clear(capture);
    EXPECT_TRUE(table.IsEmpty(capture));
    std::erase_if(expected,
                  [&](auto& entry) { return entry.first.capture == capture; });
    ASSERT_EQ(table.size(), expected.size());
    for (const auto& [key, bytes] : expected) {
      const MeterRow* row = table.Find(key, table.HashOf(key));
      ASSERT_NE(row, nullptr);
      EXPECT_EQ(row->in, bytes);
    }
  }
  EXPECT_GT(left_out, 0u);
}

TEST(MeterTable, GoesIntoALargerOrSmallerOne) {
  MeterTable table(3, kTableSeed);
  table.AddCapture(0);
  for (uint32_t i = 0; i < 5; ++i) table.Add(HostKey(i), 1, {10, 1});
  MeterTable larger(4, kTableSeed);
  larger.TakeOver(table);
  EXPECT_EQ(larger.size(), 3u);
  EXPECT_EQ(larger.NotShownOf(0).hosts, 2u);
  larger.Add(HostKey(4), 1, {10, 1});  // there is room now
  EXPECT_EQ(larger.size(), 4u);

  MeterTable smaller(1, kTableSeed);
  smaller.TakeOver(larger);
  EXPECT_EQ(smaller.size(), 1u);
  EXPECT_EQ(smaller.RowsOf(0)[0].address, Address::V4(0));
  // The last one was not shown before, and is not again: the same host.
  EXPECT_EQ(smaller.NotShownOf(0).hosts, 4u);
  EXPECT_EQ(smaller.NotShownOf(0).in + smaller.SumOf(0).in, 60u);
}

}  // namespace
}  // namespace ipband
