// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collectors/capture/pcap_handle.h"

namespace ipband {
namespace {

TEST(FilterError, IsNoneIfOneLinkTypeTakesTheFilter) {
  EXPECT_EQ(FilterError(""), std::nullopt);
  EXPECT_EQ(FilterError("udp port 53"), std::nullopt);
  EXPECT_EQ(FilterError("ether multicast"), std::nullopt);  // not raw IP
  EXPECT_EQ(FilterError("wlan addr1 00:00:5e:00:53:01"), std::nullopt);  // PPI
}

TEST(FilterError, IsThatOfEthernetIfNoneDoes) {
  EXPECT_EQ(FilterError("vpi 8"), "'vpi' supported only on raw ATM");
  EXPECT_NE(FilterError("udp prt 53")->find("syntax error"), std::string::npos);
}

TEST(FilterError, OfAHandleIsThatOfItsLinkType) {
  const PcapHandle raw(pcap_open_dead(DLT_RAW, 65535));
  EXPECT_EQ(FilterError("udp port 53", raw.get()), std::nullopt);
  EXPECT_NE(FilterError("ether multicast", raw.get()), std::nullopt);
}

}  // namespace
}  // namespace ipband
