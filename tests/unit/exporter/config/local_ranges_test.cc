// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/local_ranges.h"

#include <gtest/gtest.h>

#include <string>

#include "exporter/error.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

// "first-last" of the one range an element stands for.
std::string RangeOfElement(const std::string& element) {
  LocalOptions local = NothingLocal();
  AddLocal(element, local);
  EXPECT_EQ(local.ranges.size(), 1u) << element;
  EXPECT_FALSE(local.any || local.automatic) << element;
  const AddressRange& range = local.ranges.front();
  return ToString(range.first) + "-" + ToString(range.last);
}

TEST(LocalRanges, ShortFormsAreAllThatBeginsWithTheOctets) {
  EXPECT_EQ(RangeOfElement("10"), "10.0.0.0-10.255.255.255");
  EXPECT_EQ(RangeOfElement("10.1"), "10.1.0.0-10.1.255.255");
  EXPECT_EQ(RangeOfElement("137.99.11"), "137.99.11.0-137.99.11.255");
}

TEST(LocalRanges, FourOctetsAreOneAddressEvenIfTheLastIsZero) {
  EXPECT_EQ(RangeOfElement("192.168.1.1"), "192.168.1.1-192.168.1.1");
  EXPECT_EQ(RangeOfElement("192.168.1.0"), "192.168.1.0-192.168.1.0");
}

TEST(LocalRanges, LeadingZerosAreDecimal) {
  EXPECT_EQ(RangeOfElement("010.001.002.003"), "10.1.2.3-10.1.2.3");
}

TEST(LocalRanges, TheBaseOfANetworkIsMasked) {
  EXPECT_EQ(RangeOfElement("127.0.5/23"), "127.0.4.0-127.0.5.255");
  EXPECT_EQ(RangeOfElement("10.0.0.5/24"), "10.0.0.0-10.0.0.255");
  EXPECT_EQ(RangeOfElement("200.1.2.3/8"), "200.0.0.0-200.255.255.255");
  EXPECT_EQ(RangeOfElement("1.2.3.4/32"), "1.2.3.4-1.2.3.4");
  EXPECT_EQ(RangeOfElement("0.0.0.0/0"), "0.0.0.0-255.255.255.255");
}

TEST(LocalRanges, RangesHaveBothTheirEnds) {
  EXPECT_EQ(RangeOfElement("127.1.5.17-127.1.7.131"), "127.1.5.17-127.1.7.131");
  EXPECT_EQ(RangeOfElement("127.0.0.0-129.0.0.0"), "127.0.0.0-129.0.0.0");
  EXPECT_EQ(RangeOfElement(" 10.0.0.1 - 10.0.0.1 "), "10.0.0.1-10.0.0.1");
}

TEST(LocalRanges, Ipv6IsWrittenAsAnywhere) {
  EXPECT_EQ(RangeOfElement("2001:db8::1"), "2001:db8::1-2001:db8::1");
  EXPECT_EQ(RangeOfElement("2001:db8:0:1::/64"),
            "2001:db8:0:1::-2001:db8:0:1:ffff:ffff:ffff:ffff");
  EXPECT_EQ(RangeOfElement("2001:db8::1-2001:db8::9"),
            "2001:db8::1-2001:db8::9");
  EXPECT_EQ(RangeOfElement("::/0"),
            "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(LocalRanges, AnyAndAutoAreWords) {
  LocalOptions local = NothingLocal();
  AddLocal("any", local);
  EXPECT_TRUE(local.any);
  EXPECT_FALSE(local.automatic);
  AddLocal("auto", local);
  EXPECT_TRUE(local.automatic);
  EXPECT_TRUE(local.ranges.empty());
}

TEST(LocalRanges, OtherFormsAreRefused) {
  for (const char* element : {"",
                              "abc",
                              "10.300",
                              "256",
                              "1.2.3.4.5",
                              "10.",
                              ".10",
                              "10..1",
                              "9.9.9.9/33",
                              "10.0.0.0/",
                              "10.0.0.0/-1",
                              "10.0.0.0/8x",
                              "10.0.0.0/255.0.0.0",
                              "10.0.0.0/8,11.0.0.0/8",
                              "/8",
                              "10.1-10.3",
                              "10.0.0.9-10.0.0.1",
                              "10.0.0.1-",
                              "-10.0.0.1",
                              "10.0.0.1-::1",
                              "2001:db8::/129",
                              "fe80::1%eth0",
                              "-1",
                              "+1",
                              "0x10",
                              "0010"}) {
    LocalOptions local = NothingLocal();
    EXPECT_THROW(AddLocal(element, local), BadValue) << element;
  }
}

TEST(LocalRanges, AListIsCutAtColons) {
  const LocalOptions local = ParseLocalList("137.99.11:127.0.5/23:10");
  EXPECT_EQ(local.ranges.size(), 3u);
  EXPECT_FALSE(local.any || local.automatic);
  EXPECT_TRUE(ParseLocalList("any").any);
}

TEST(LocalRanges, AnEmptyElementOfAListIsRefused) {
  for (const char* list : {"", ":", "10:", ":10", "10::11"}) {
    EXPECT_THROW(ParseLocalList(list), BadValue) << list;
  }
}

TEST(LocalRanges, Ipv6InAListIsRefusedWithTheRemedy) {
  EXPECT_EQ(BadValueOf([] { ParseLocalList("2001:db8::/32"); }),
            "\"2001:db8::/32\" is IPv6; allowed: IPv6 in the YAML list "
            "accounting.local");
}

TEST(LocalRanges, MessagesNameTheFormsThatAreAllowed) {
  EXPECT_EQ(BadValueOf([] { ParseLocalList("10:abc"); }),
            "\"abc\" is not a network, address or range; allowed: auto, any, "
            "10.1.0.0/16, 10.1.2.3, 10.1 (all that begins so), "
            "10.1.2.3-10.1.2.9, with ':' between them");
}

TEST(LocalElements, AreTheShortestForms) {
  LocalOptions local = NothingLocal();
  const std::vector<std::string> elements = {"any",
                                             "auto",
                                             "10.1.2.3",
                                             "10.1.0.0/16",
                                             "10.1.2.3-10.1.2.9",
                                             "0.0.0.0/0",
                                             "2001:db8::/32",
                                             "fd00::1-fd00::5"};
  for (const std::string& element : elements) AddLocal(element, local);
  EXPECT_EQ(LocalElements(local), elements);
}

}  // namespace
}  // namespace ipband
