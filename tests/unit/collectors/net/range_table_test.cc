// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/range_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ipband {
namespace {

AddressRange Range(const char* first, const char* last) {
  return {*ParseAddress(first), *ParseAddress(last)};
}

TEST(RangeTable, FindsTheRangeThatHoldsAnAddress) {
  const RangeTable table({{Range("10.0.0.0", "10.0.0.255"), 1},
                          {Range("10.0.1.5", "10.0.1.5"), 2},
                          {Range("2001:db8::", "2001:db8::ffff"), 3}});
  EXPECT_EQ(table.Find(*ParseAddress("10.0.0.0")), 1u);
  EXPECT_EQ(table.Find(*ParseAddress("10.0.0.255")), 1u);
  EXPECT_EQ(table.Find(*ParseAddress("10.0.1.5")), 2u);
  EXPECT_EQ(table.Find(*ParseAddress("10.0.1.6")), RangeTable::kNone);
  EXPECT_EQ(table.Find(*ParseAddress("9.255.255.255")), RangeTable::kNone);
  EXPECT_EQ(table.Find(*ParseAddress("2001:db8::8")), 3u);
  EXPECT_EQ(table.Find(*ParseAddress("::a00:0")), RangeTable::kNone);
}

TEST(RangeTable, KnowsTheEndsOfTheAddressSpace) {
  const RangeTable table({{Range("0.0.0.0", "0.0.0.0"), 1},
                          {Range("127.0.0.0", "255.255.255.255"), 2}});
  EXPECT_EQ(table.Find(*ParseAddress("0.0.0.0")), 1u);
  EXPECT_EQ(table.Find(*ParseAddress("128.0.0.1")), 2u);
  EXPECT_EQ(table.Find(*ParseAddress("255.255.255.255")), 2u);
  EXPECT_EQ(RangeTable().Find(*ParseAddress("1.2.3.4")), RangeTable::kNone);
}

// Long tables have an index: many ranges in each /16, then ranges of all sizes,
// also over several.
TEST(RangeTable, AgreesWithTheStandardSearch) {
  std::mt19937 random(7);
  std::vector<RangeTable::Entry> entries;
  uint64_t next = 0;
  for (uint32_t value = 0; value < 5000; ++value) {
    const bool dense = value < 2000;
    const uint64_t first = next + random() % (dense ? 800 : 400000);
    const bool large = !dense && random() % 10 == 0;
    const uint64_t last = first + random() % (large ? 900000 : 300);
    if (last > UINT32_MAX) break;
    entries.push_back({{Address::V4(static_cast<uint32_t>(first)),
                        Address::V4(static_cast<uint32_t>(last))},
                       value});
    next = last + 1;
  }
  const RangeTable table(entries);
  for (int i = 0; i < 20000; ++i) {
    const RangeTable::Entry& near = entries[random() % entries.size()];
    const auto at =
        static_cast<uint32_t>(near.range.last.low) + random() % 3 - 1;
    const Address address = Address::V4(static_cast<uint32_t>(at));
    const auto entry =
        std::lower_bound(entries.begin(), entries.end(), address,
                         [](const RangeTable::Entry& e, const Address& value) {
                           return e.range.last < value;
                         });
    const bool holds = entry != entries.end() && entry->range.first <= address;
    const uint32_t expected = holds ? entry->value : RangeTable::kNone;
    ASSERT_EQ(table.Find(address), expected) << ToString(address);
  }
}

TEST(Merge, JoinsRangesThatTouch) {
  const std::vector<AddressRange> merged =
      Merge({Range("10.0.0.0", "10.0.0.9"), Range("10.0.0.10", "10.0.0.20"),
             Range("10.0.0.5", "10.0.0.6"), Range("10.0.0.22", "10.0.0.23"),
             Range("255.0.0.0", "255.255.255.255"),
             Range("255.1.0.0", "255.1.0.0"), Range("::", "::1")});
  EXPECT_EQ(merged,
            (std::vector<AddressRange>{
                Range("10.0.0.0", "10.0.0.20"), Range("10.0.0.22", "10.0.0.23"),
                Range("255.0.0.0", "255.255.255.255"), Range("::", "::1")}));
}

}  // namespace
}  // namespace ipband
