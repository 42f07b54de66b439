// SPDX-License-Identifier: Apache-2.0
#include "collectors/subnet/local_networks.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

bool IsLocal(const AccountingOptions& options, const char* address,
             const std::vector<Prefix>& own = {}) {
  return LocalSubnets(options, own).Find(*ParseAddress(address)) !=
         RangeTable::kNone;
}

TEST(LocalNetworks, ArePrivateOnesByDefault) {
  const AccountingOptions options;
  for (const char* address :
       {"10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "100.64.0.1", "100.127.255.255", "fc00::1", "fdff::1"}) {
    EXPECT_TRUE(IsLocal(options, address)) << address;
  }
  for (const char* address :
       {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
        "100.128.0.0", "8.8.8.8", "2001:db8::1", "fe80::1"}) {
    EXPECT_FALSE(IsLocal(options, address)) << address;
  }
}

TEST(LocalNetworks, AreAlsoThoseOfTheInterface) {
  const AccountingOptions options;
  const std::vector<Prefix> own = {*ParsePrefix("198.51.100.0/26"),
                                   *ParsePrefix("2001:db8::/64")};
  EXPECT_TRUE(IsLocal(options, "2001:db8::5", own));
  EXPECT_TRUE(IsLocal(options, "198.51.100.5", own));
  // The subnet that is counted is a /24, and it overlaps.
  EXPECT_TRUE(IsLocal(options, "198.51.100.200", own));
  EXPECT_FALSE(IsLocal(options, "198.51.101.1", own));
}

TEST(LocalNetworks, ReachTheWholeSubnetThatARangeTouches) {
  AccountingOptions options;
  options.local.automatic = false;
  options.local.ranges = {
      {*ParseAddress("10.0.1.5"), *ParseAddress("10.0.3.9")}};
  EXPECT_FALSE(IsLocal(options, "10.0.0.255"));
  EXPECT_TRUE(IsLocal(options, "10.0.1.0"));
  EXPECT_TRUE(IsLocal(options, "10.0.3.255"));
  EXPECT_FALSE(IsLocal(options, "10.0.4.0"));
}

// ipband: compared signed numbers, so a range over 128.0.0.0 held nothing.
TEST(LocalNetworks, MayCrossTheMiddleOfTheAddressSpace) {
  AccountingOptions options;
  options.local.automatic = false;
  options.local.ranges = {
      {*ParseAddress("127.0.0.0"), *ParseAddress("129.0.0.0")}};
  EXPECT_TRUE(IsLocal(options, "128.1.2.3"));
  EXPECT_FALSE(IsLocal(options, "129.0.1.0"));
}

}  // namespace
}  // namespace ipband
