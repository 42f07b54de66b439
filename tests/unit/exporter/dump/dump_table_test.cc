// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_table.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/exporter/dump/sample_dump.h"

namespace ipband {
namespace {

using Lines = std::vector<std::string>;

Lines HostsOf(const DumpTable& table) {
  Lines hosts;
  for (const DumpRow& row : table.rows) hosts.push_back(ToString(row.address));
  return hosts;
}

DumpTable Sample(DumpSort sort, uint32_t max_hosts = 1000) {
  return MakeDumpTable({PartOf(SampleRows())}, max_hosts, sort);
}

TEST(DumpTable, HasTheLastOctetFirstAsIpfmHas) {
  EXPECT_EQ(HostsOf(Sample(DumpSort::kNone)),
            (Lines{"10.0.0.1", "192.168.5.1", "9.255.255.1", "10.0.0.2",
                   "10.0.0.3", "10.0.0.4", "10.1.0.4", "1.2.3.4", "99.0.0.9"}));
}

TEST(DumpTable, SortsFallingAndKeepsTheOrderOfEquals) {
  EXPECT_EQ(HostsOf(Sample(DumpSort::kIn)),
            (Lines{"99.0.0.9", "10.0.0.3", "10.0.0.4", "10.0.0.1", "10.0.0.2",
                   "192.168.5.1", "9.255.255.1", "10.1.0.4", "1.2.3.4"}));
  EXPECT_EQ(HostsOf(Sample(DumpSort::kOut)),
            (Lines{"10.0.0.2", "10.0.0.1", "10.0.0.3", "10.1.0.4", "99.0.0.9",
                   "192.168.5.1", "9.255.255.1", "10.0.0.4", "1.2.3.4"}));
  EXPECT_EQ(HostsOf(Sample(DumpSort::kTotal)),
            (Lines{"99.0.0.9", "10.0.0.2", "10.0.0.3", "10.0.0.1", "10.1.0.4",
                   "10.0.0.4", "192.168.5.1", "9.255.255.1", "1.2.3.4"}));
}

TEST(DumpTable, HasIpv6BehindIpv4ByNumber) {
  const DumpTable table = MakeDumpTable(
      {PartOf({RowOf("2001:db8::1:0", 1, 1), RowOf("::ffff:10.0.0.1", 1, 1),
               RowOf("255.255.255.255", 1, 1), RowOf("2001:db8::2", 1, 1)})},
      1000, DumpSort::kNone);
  EXPECT_EQ(HostsOf(table), (Lines{"255.255.255.255", "::ffff:10.0.0.1",
                                   "2001:db8::2", "2001:db8::1:0"}));
}

TEST(DumpTable, AddsUpTheParts) {
  const DumpPart shared =
      PartOf({RowOf("10.0.0.2", 1, 2), RowOf("10.0.0.1", 10, 20)},
             {.hosts = 3, .more_hosts = false, .in = 5, .out = 6});
  const DumpPart other = PartOf({RowOf("10.0.0.1", 100, 200)},
                                {.hosts = 1, .more_hosts = true, .in = 1});
  const DumpTable table =
      MakeDumpTable({shared, other, shared, DumpPart()}, 2, DumpSort::kNone);
  ASSERT_EQ(HostsOf(table), (Lines{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(table.rows[0].in, 120u);
  EXPECT_EQ(table.rows[0].out, 240u);
  EXPECT_EQ(table.rows[1].in, 2u);
  EXPECT_EQ(table.rows[1].out, 4u);
  EXPECT_EQ(table.not_shown.hosts, 7u);
  EXPECT_TRUE(table.not_shown.more_hosts);
  EXPECT_EQ(table.not_shown.in, 11u);
  EXPECT_EQ(table.not_shown.out, 12u);
}

TEST(DumpTable, KeepsTheHostsWithTheMostBytes) {
  const DumpTable table = Sample(DumpSort::kNone, 3);
  EXPECT_EQ(HostsOf(table), (Lines{"10.0.0.2", "10.0.0.3", "99.0.0.9"}));
  EXPECT_EQ(table.not_shown.hosts, 6u);
  EXPECT_FALSE(table.not_shown.more_hosts);
  EXPECT_EQ(table.not_shown.in, 110u);
  EXPECT_EQ(table.not_shown.out, 620u);
  EXPECT_FALSE(table.not_shown.empty());
  EXPECT_EQ(HostsOf(Sample(DumpSort::kIn, 3)),
            (Lines{"99.0.0.9", "10.0.0.3", "10.0.0.2"}));
}

TEST(DumpTable, ShowsAllWhereAllHaveRoom) {
  EXPECT_TRUE(Sample(DumpSort::kNone, 9).not_shown.empty());
  EXPECT_FALSE(Sample(DumpSort::kNone, 8).not_shown.empty());
  EXPECT_TRUE(MakeDumpTable({}, 10, DumpSort::kTotal).rows.empty());
}

}  // namespace
}  // namespace ipband
