// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipband_subnets.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

AccountingOptions Named(const std::vector<IpbandSubnet>& lines, int bits) {
  AccountingOptions accounting;
  accounting.aggregate_ipv4 = bits;
  NameSubnets("f", lines, accounting);
  return accounting;
}

TEST(IpbandSubnets, HaveAnAddressAWordAndABandwidth) {
  for (const char* value :
       {"10.0.9.0 bandwidth 4.5", "10.0.9.0 foo 4.5", "10.0.9.0\tx\t4.5",
        "10.0.9.0 bandwidth = 4.5", "010.000.009.000 bandwidth 4608B/s"}) {
    const IpbandSubnet subnet = ParseIpbandSubnet(value, 3);
    EXPECT_EQ(ToString(subnet.address), "10.0.9.0") << value;
    EXPECT_DOUBLE_EQ(*subnet.threshold_bytes_per_second, 4608) << value;
    EXPECT_EQ(subnet.line, 3);
  }
}

TEST(IpbandSubnets, MayHaveBitsOfTheirOwnAndBeIpv6) {
  EXPECT_EQ(ParseIpbandSubnet("10.0.0.0/20 bandwidth 7", 1).bits, 20);
  const IpbandSubnet subnet = ParseIpbandSubnet("2001:db8::/56 bandwidth 7", 1);
  EXPECT_EQ(ToString(subnet.address), "2001:db8::");
  EXPECT_EQ(subnet.bits, 56);
}

TEST(IpbandSubnets, WithBandwidthZeroHaveTheDefaultThreshold) {
  EXPECT_EQ(
      ParseIpbandSubnet("10.0.0.0 bandwidth 0", 1).threshold_bytes_per_second,
      std::nullopt);
}

TEST(IpbandSubnets, OfAnotherFormAreRefused) {
  for (const char* value :
       {"", "10.0.0.0", "10.0.0.0 7", "10.0.0.0 bandwidth",
        "10.0.0 bandwidth 7", "10.0.0.0=bandwidth=7", "10.0.0.0 bandwidth x",
        "10.0.300.0 bandwidth 7", "10.0.-1.0 bandwidth 7",
        "10.0.0.0 bandwidth -3", "10.0.0.0 bandwidth kB",
        "10.0.0.0/33 bandwidth 7", "10.0.0.0/x bandwidth 7",
        "10.0.0.0/ bandwidth 7", "10.0.0.0 bandwidth inf"}) {
    EXPECT_THROW(ParseIpbandSubnet(value, 1), BadValue) << value;
  }
}

TEST(IpbandSubnets, TakeTheMaskBitsOfTheConfiguration) {
  const std::vector<IpbandSubnet> lines = {
      ParseIpbandSubnet("10.0.1.77 bandwidth 7", 1),
      ParseIpbandSubnet("11.0.1.77/32 bandwidth 7", 2)};
  EXPECT_EQ(ToString(Named(lines, 24).subnets[0].networks[0]), "10.0.1.0/24");
  EXPECT_EQ(ToString(Named(lines, 16).subnets[0].networks[0]), "10.0.0.0/16");
  EXPECT_EQ(ToString(Named(lines, 16).subnets[1].networks[0]), "11.0.1.77/32");
}

TEST(IpbandSubnets, OfOneNetworkTheLastLineHoldsWithAWarning) {
  const std::vector<IpbandSubnet> lines = {
      ParseIpbandSubnet("10.0.1.0 bandwidth 1", 4),
      ParseIpbandSubnet("10.0.2.0 bandwidth 2", 5),
      ParseIpbandSubnet("10.0.1.9 bandwidth 3", 6)};
  AccountingOptions accounting;
  const std::vector<std::string> expected = {
      "f:6: subnet 10.0.1.0/24 takes the place of that in line 4"};
  EXPECT_EQ(NameSubnets("f", lines, accounting), expected);
  ASSERT_EQ(accounting.subnets.size(), 2u);
  EXPECT_DOUBLE_EQ(*accounting.subnets[0].threshold_bytes_per_second, 3072);
}

TEST(IpbandSubnets, ThatOverlapAreRefused) {
  const std::vector<IpbandSubnet> lines = {
      ParseIpbandSubnet("10.0.0.0/8 bandwidth 1", 4),
      ParseIpbandSubnet("10.0.2.0 bandwidth 2", 5)};
  EXPECT_EQ(ErrorOf([&] { Named(lines, 24); }),
            "f:5: subnet 10.0.2.0/24 overlaps 10.0.0.0/8 in line 4; allowed: "
            "subnets that do not overlap");
}

}  // namespace
}  // namespace ipband
