// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/address.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(Address, ReadsAndWritesBothFamilies) {
  for (const char* text :
       {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1",
        "2001:db8::1:0:0:1", "fe80::1", "::ffff:10.0.0.1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    const std::optional<Address> address = ParseAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(ToString(*address), text);
  }
}

TEST(Address, RefusesEverythingElse) {
  for (const char* text : {"", "10.1", "010.0.0.1", "10.0.0.256", "1.2.3.4 ",
                           "::g", "1:2:3", "fe80::1%eth0", "localhost"}) {
    EXPECT_FALSE(ParseAddress(text)) << text;
  }
  EXPECT_FALSE(ParseAddress(std::string(100, '1')));
  EXPECT_FALSE(ParseAddress(std::string_view("10.0.0.1\0", 9)));
  EXPECT_FALSE(ParseAddress(std::string_view("::1\0::2", 7)));
}

TEST(Address, KeepsMappedAddressesApartFromIpv4) {
  EXPECT_NE(*ParseAddress("::ffff:10.0.0.1"), *ParseAddress("10.0.0.1"));
  EXPECT_NE(*ParseAddress("::a00:1"), *ParseAddress("10.0.0.1"));
}

TEST(Address, OrdersByFamilyAndThenByNumber) {
  EXPECT_LT(*ParseAddress("9.255.255.255"), *ParseAddress("10.0.0.0"));
  EXPECT_LT(*ParseAddress("255.255.255.255"), *ParseAddress("::"));
  EXPECT_LT(*ParseAddress("::ffff"), *ParseAddress("1::"));
}

}  // namespace
}  // namespace ipband
