// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/host_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/collectors/host_key.h"

namespace ipband {
namespace {

TEST(HostTable, AgreesWithAMapWhateverIsErased) {
  for (const uint32_t max : {1u, 2u, 7u, 100u}) {
    HostTable table(max, 42);
    std::map<Key, uint64_t> expected;
    std::mt19937 random(max);
    for (int i = 0; i < 20000; ++i) {
      const Key key = HostKey(static_cast<uint32_t>(random() % (max * 3)),
                              static_cast<CaptureId>(random() % 2));
      HostRow* row = table.Find(key, table.HashOf(key));
      ASSERT_EQ(row != nullptr, expected.contains(key));
      if (row != nullptr) {
        ASSERT_EQ(row->receive_bytes, expected[key]);
        if (random() % 3 == 0) {
          table.Erase(key);
          expected.erase(key);
        }
        continue;
      }
      row = table.Insert(key, table.HashOf(key));
      ASSERT_EQ(row == nullptr, expected.size() == max);
      if (row != nullptr) row->receive_bytes = expected[key] = random();
      ASSERT_EQ(table.size(), expected.size());
    }
    size_t seen = 0;
    table.ForEach([&](const HostRow& row) {
      ++seen;
      EXPECT_EQ(row.receive_bytes, expected.at(row.key()));
    });
    EXPECT_EQ(seen, expected.size());
  }
}

TEST(HostTable, GivesARowBackEmpty) {
  HostTable table(2, 1);
  const Key key = HostKey(1);
  table.Insert(key, table.HashOf(key))->receive_bytes = 5;
  table.Erase(key);
  EXPECT_EQ(table.Insert(key, table.HashOf(key))->receive_bytes, 0u);
}

TEST(HostTable, HasNoRoomWithAMaximumOfNothing) {
  HostTable table(0, 1);
  const Key key = HostKey(1);
  EXPECT_EQ(table.Find(key, table.HashOf(key)), nullptr);
  EXPECT_EQ(table.Insert(key, table.HashOf(key)), nullptr);
}

TEST(HostTable, TellsCapturesAndFamiliesApart) {
  HostTable table(4, 1);
  const Key v4 = HostKey(1);
  const Key other_capture = HostKey(1, 1);
  const Key v6 = {Address::V6(0, 1), 0};
  table.Insert(v4, table.HashOf(v4));
  EXPECT_EQ(table.Find(other_capture, table.HashOf(other_capture)), nullptr);
  EXPECT_EQ(table.Find(v6, table.HashOf(v6)), nullptr);
}

}  // namespace
}  // namespace ipband
