// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/named_subnets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

std::string OverlapOf(const std::vector<std::string>& networks) {
  std::vector<NamedNetwork> named;
  for (const std::string& network : networks) {
    const int line = static_cast<int>(named.size()) + 1;
    named.push_back({*ParsePrefix(network), line, "f:" + std::to_string(line)});
  }
  return ErrorOf([&] { RefuseOverlap(named); });
}

TEST(NamedSubnets, MayTouchAndBeOfBothFamilies) {
  EXPECT_EQ(OverlapOf({}), "");
  EXPECT_EQ(OverlapOf({"10.1.1.0/24", "10.1.0.0/24", "::/0", "10.1.2.0/23"}),
            "");
}

TEST(NamedSubnets, AreRefusedAtTheLaterLineWhenTheyOverlap) {
  EXPECT_EQ(OverlapOf({"10.1.2.0/24", "10.1.0.0/16"}),
            "f:2: subnet 10.1.0.0/16 overlaps 10.1.2.0/24 in line 1; allowed: "
            "subnets that do not overlap");
  EXPECT_EQ(OverlapOf({"2001:db8::/32", "10.0.0.0/8", "2001:db8:1::/48"}),
            "f:3: subnet 2001:db8:1::/48 overlaps 2001:db8::/32 in line 1; "
            "allowed: subnets that do not overlap");
}

TEST(NamedSubnets, AreRefusedWhenNamedTwice) {
  EXPECT_EQ(OverlapOf({"10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/16"}),
            "f:3: subnet 10.1.0.0/16 is named in line 1 already; allowed: "
            "subnets that do not overlap");
}

TEST(NamedSubnets, AreFoundBehindOneThatStandsBetween) {
  // In the order of addresses 10.0.0.0/8 holds both, and they do not touch.
  EXPECT_NE(OverlapOf({"10.0.0.0/8", "10.1.0.0/16", "10.3.0.0/16"}), "");
  EXPECT_NE(OverlapOf({"10.3.0.0/16", "11.0.0.0/8", "10.0.0.0/8"}), "");
}

}  // namespace
}  // namespace ipband
