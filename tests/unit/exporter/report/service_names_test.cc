// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/service_names.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

std::string ServiceOf(ServiceNames& names, uint16_t from_port, uint16_t to_port,
                      uint8_t protocol) {
  return names.Service(SampleConnection("10.1.1.1", from_port, "10.2.2.2",
                                        to_port, protocol, 1));
}

TEST(ServiceNames, AskForThePortOfTheFirstAddressFirst) {
  ServiceNames names;
  EXPECT_EQ(ServiceOf(names, 25, 6667, 6), "smtp");
  EXPECT_EQ(ServiceOf(names, 6667, 25, 6), "ircd");
  EXPECT_EQ(ServiceOf(names, 40000, 80, 6), "http");
}

TEST(ServiceNames, AreLookedUpWithTheProtocol) {
  ServiceNames names;
  EXPECT_EQ(ServiceOf(names, 40000, 69, 17), "tftp");
  EXPECT_EQ(ServiceOf(names, 40000, 69, 6), "");
  EXPECT_EQ(ServiceOf(names, 40000, 25, 6), "smtp");
  EXPECT_EQ(ServiceOf(names, 40000, 25, 17), "");
}

TEST(ServiceNames, AreOfTcpAndUdpOnly) {
  ServiceNames names;
  EXPECT_EQ(ServiceOf(names, 80, 80, 132), "");
  EXPECT_EQ(ServiceOf(names, 80, 80, 1), "");
}

TEST(ServiceNames, AreTheSameWhenAskedAgain) {
  ServiceNames names;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ServiceOf(names, 40000, 123, 17), "ntp");
    EXPECT_EQ(ServiceOf(names, 40000, 40001, 17), "");
    EXPECT_EQ(names.Protocol(1), "icmp");
    EXPECT_EQ(names.Protocol(253), "253");
  }
}

TEST(ServiceNames, AreNotCut) {
  ServiceNames names;
  EXPECT_EQ(ServiceOf(names, 40000, 10051, 6), "zabbix-trapper");
}

TEST(ServiceNames, CallProtocolsWhatTheSystemCallsThem) {
  ServiceNames names;
  EXPECT_EQ(names.Protocol(0), "ip");
  EXPECT_EQ(names.Protocol(4), "ipencap");
  EXPECT_EQ(names.Protocol(6), "tcp");
  EXPECT_EQ(names.Protocol(17), "udp");
  EXPECT_EQ(names.Protocol(47), "gre");
  EXPECT_EQ(names.Protocol(58), "ipv6-icmp");
  EXPECT_EQ(names.Protocol(255), "255");
}

}  // namespace
}  // namespace ipband
