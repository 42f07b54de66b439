// SPDX-License-Identifier: Apache-2.0
#include "collectors/subnet/subnet_table.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

const Address kOurs = *ParseAddress("198.51.100.5");

TEST(SubnetTable, FindsWhatItDiscoveredUntilItIsRemoved) {
  AccountingOptions options;
  options.max_subnets = 1;
  SubnetTable table(options, {}, 1);
  table.AddCapture(0);
  const Address host = *ParseAddress("10.0.0.9");
  EXPECT_EQ(table.Find(0, host), SubnetTable::kNone);
  const uint32_t row = table.Discover(0, host);
  EXPECT_EQ(table.Find(0, *ParseAddress("10.0.0.200")), row);
  EXPECT_EQ(ToString(table[row].prefix), "10.0.0.0/24");
  EXPECT_EQ(table.Discover(0, *ParseAddress("10.0.1.1")), SubnetTable::kNone);
  table.Remove(row);
  EXPECT_EQ(table.Find(0, host), SubnetTable::kNone);
}

TEST(SubnetTable, CountsOnForASubnetWhoseAddressCameAndWent) {
  SubnetTable table({}, {}, 1);
  table.AddCapture(0);
  EXPECT_FALSE(table.IsLocal(0, kOurs));
  table.SetOwnNetworks(0, {*ParsePrefix("198.51.0.0/16")});
  EXPECT_TRUE(table.IsLocal(0, kOurs));
  const uint32_t row = table.Discover(0, kOurs);
  table.SetOwnNetworks(0, {});
  EXPECT_TRUE(table.IsLocal(0, kOurs));
  EXPECT_EQ(table.Find(0, kOurs), row);
  // What had no row then is asked anew.
  EXPECT_FALSE(table.IsLocal(0, *ParseAddress("198.51.101.5")));
}

TEST(SubnetTable, HasNamedSubnetsForEachCaptureFromTheStart) {
  AccountingOptions options;
  options.subnets = {
      {{*ParsePrefix("198.51.100.0/24"), *ParsePrefix("2001:db8::/32")},
       "both",
       {}}};
  SubnetTable table(options, {}, 1);
  table.AddCapture(0);
  table.AddCapture(1);
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.Find(1, kOurs), table.Find(1, *ParseAddress("2001:db8::1")));
  EXPECT_NE(table.Find(0, kOurs), table.Find(1, kOurs));
  EXPECT_FALSE(table.IsLocal(0, *ParseAddress("10.0.0.1")));
}

}  // namespace
}  // namespace ipband
