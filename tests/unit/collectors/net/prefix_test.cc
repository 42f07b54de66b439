// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/prefix.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

std::string Masked(const char* text) { return ToString(*ParsePrefix(text)); }

TEST(Prefix, MasksHostBitsOff) {
  EXPECT_EQ(Masked("10.1.2.3/24"), "10.1.2.0/24");
  EXPECT_EQ(Masked("10.1.2.3/0"), "0.0.0.0/0");
  EXPECT_EQ(Masked("10.1.2.3"), "10.1.2.3/32");
  EXPECT_EQ(Masked("10.1.2.255/31"), "10.1.2.254/31");
  EXPECT_EQ(Masked("2001:db8:1:2:3::/64"), "2001:db8:1:2::/64");
  EXPECT_EQ(Masked("2001:db8:1:2:ffff::1/66"), "2001:db8:1:2:c000::/66");
  EXPECT_EQ(Masked("::1"), "::1/128");
}

TEST(Prefix, RefusesWhatIsNoNetwork) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129",
                           "10.0.0.0/8x", "10/8", "/8", "10.0.0.0/ 8"}) {
    EXPECT_FALSE(ParsePrefix(text)) << text;
  }
}

TEST(Prefix, ContainsOnlyItsOwnFamily) {
  EXPECT_TRUE(ParsePrefix("0.0.0.0/0")->Contains(*ParseAddress("1.2.3.4")));
  EXPECT_FALSE(ParsePrefix("0.0.0.0/0")->Contains(*ParseAddress("::1")));
  EXPECT_TRUE(ParsePrefix("10.0.0.0/31")->Contains(*ParseAddress("10.0.0.1")));
  EXPECT_FALSE(ParsePrefix("10.0.0.0/31")->Contains(*ParseAddress("10.0.0.2")));
}

TEST(Prefix, SpansARange) {
  const AddressRange v4 = RangeOf(*ParsePrefix("10.0.0.0/30"));
  EXPECT_EQ(ToString(v4.last), "10.0.0.3");
  const AddressRange v6 = RangeOf(*ParsePrefix("2001:db8::/32"));
  EXPECT_EQ(ToString(v6.last), "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
}

}  // namespace
}  // namespace ipband
