// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/connection_limit.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(ConnectionLimit, RefusesOneMoreThanTheMaximumFromOneSource) {
  ConnectionLimit limit(2, 100);
  EXPECT_TRUE(limit.Enter("a"));
  EXPECT_TRUE(limit.Enter("a"));
  EXPECT_FALSE(limit.Enter("a"));
  EXPECT_TRUE(limit.Enter("b"));
}

TEST(ConnectionLimit, TakesTheNextWhenOneHasLeft) {
  ConnectionLimit limit(1, 100);
  EXPECT_TRUE(limit.Enter("a"));
  EXPECT_FALSE(limit.Enter("a"));
  limit.Leave("a");
  EXPECT_TRUE(limit.Enter("a"));
  limit.Leave("a");
  limit.Leave("a");  // one too many does not make room
  EXPECT_TRUE(limit.Enter("a"));
  EXPECT_FALSE(limit.Enter("a"));
}

int TakeAll(ConnectionLimit& limit, const std::string& source) {
  int taken = 0;
  while (limit.Enter(source)) ++taken;
  return taken;
}

TEST(ConnectionLimit, LeavesRoomForOthersHoweverMuchAFewWant) {
  ConnectionLimit limit(32, 128);
  EXPECT_EQ(TakeAll(limit, "a"), 32);
  EXPECT_EQ(TakeAll(limit, "b"), 32);
  EXPECT_EQ(TakeAll(limit, "c"), 32);
  EXPECT_EQ(TakeAll(limit, "d"), 16);
  EXPECT_TRUE(limit.Enter("honest"));
  // Who has gone makes room for everybody.
  for (int i = 0; i < 32; ++i) limit.Leave("a");
  EXPECT_EQ(TakeAll(limit, "d"), 16);
  EXPECT_TRUE(limit.Enter("honest"));
}

TEST(ConnectionLimit, HasALimitForAllSourcesTogether) {
  ConnectionLimit limit(2, 3);
  EXPECT_EQ(TakeAll(limit, "a"), 2);
  EXPECT_EQ(TakeAll(limit, "b"), 1);
  EXPECT_FALSE(limit.Enter("c"));
  limit.Leave("b");
  EXPECT_TRUE(limit.Enter("c"));
}

TEST(PlainAddress, ShowsMappedIpv4AsIpv4AndDropsScopes) {
  EXPECT_EQ(PlainAddress("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(PlainAddress("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(PlainAddress("::ffff:1"), "::ffff:1");
  EXPECT_EQ(PlainAddress("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(PlainAddress("unix"), "unix");
}

TEST(SourceOf, CountsAnIpv6NetworkAsOneSource) {
  EXPECT_EQ(SourceOf("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(SourceOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(SourceOf("2001:db8:1:2::9"), SourceOf("2001:db8:1:2:ffff::1"));
  EXPECT_NE(SourceOf("2001:db8:1:2::9"), SourceOf("2001:db8:1:3::9"));
  EXPECT_EQ(SourceOf("unix"), "unix");
}

}  // namespace
}  // namespace ipband
