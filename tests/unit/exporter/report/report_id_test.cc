// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/report_id.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

std::string IdOf(const std::string& interface, const char* subnet) {
  Report report = SampleReport();
  report.interface = interface;
  report.subnet = ParsePrefix(subnet).value();
  return ReportId(report);
}

TEST(ReportId, NamesTimeInterfaceAndSubnet) {
  const TimeZone zone("Asia/Tokyo");
  EXPECT_EQ(ReportId(SampleReport()), "20261121T202915Z-eth0-10.1.1.0_24");
}

TEST(ReportId, WritesAnIpv6PrefixWithoutColons) {
  EXPECT_EQ(IdOf("ppp0", "2001:db8:82::/56"),
            "20261121T202915Z-ppp0-2001-db8-82--_56");
}

TEST(ReportId, KeepsOddInterfaceNamesOutOfTheFileSystem) {
  EXPECT_EQ(IdOf("../etc/pass wd", "10.0.0.0/8"),
            "20261121T202915Z-.._etc_pass_wd-10.0.0.0_8");
  EXPECT_EQ(IdOf("veth1@if2.7+a_b", "10.0.0.0/8"),
            "20261121T202915Z-veth1@if2.7+a_b-10.0.0.0_8");
  EXPECT_EQ(IdOf(std::string("a\0\n\xff", 4), "10.0.0.0/8"),
            "20261121T202915Z-a___-10.0.0.0_8");
}

TEST(ReportId, IsAReportIdWhateverTheReport) {
  for (const std::string& interface :
       {std::string("eth0"), std::string(), std::string("/"),
        std::string(".hidden"), std::string(3000, 'x'),
        std::string("\xc3\xa9")}) {
    for (const char* subnet : {"0.0.0.0/0", "10.1.1.1/32", "::/0",
                               "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
                               "::ffff:255.255.255.255/128"}) {
      const std::string id = IdOf(interface, subnet);
      EXPECT_TRUE(IsReportId(id)) << id;
      EXPECT_LE(id.size(), kMaxReportId);
    }
  }
  Report report = SampleReport();
  for (const int64_t time : {std::numeric_limits<int64_t>::min(),
                             std::numeric_limits<int64_t>::max()}) {
    report.at = time;
    EXPECT_TRUE(IsReportId(ReportId(report))) << ReportId(report);
  }
}

TEST(IsReportId, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."),
        std::string("../20261121T202915Z-eth0-10.1.1.0_24"),
        std::string("20261121T202915Z"), std::string("20261121T202915Z-"),
        std::string("20261121T202915Z-eth0-10.1.1.0"),
        std::string("20261121T202915Z-eth0-10.1.1.0_"),
        std::string("20261121T202915Z-eth0-10.1.1.0_2400"),
        std::string("20261121T202915Z-eth0-10.1.1.0_x"),
        std::string("20261121T202915Z-eth0-10.1.1.0_24.json"),
        std::string("20261121T202915Z-/etc/passwd_24"),
        std::string("20261121T202915Z-a\\b_24"),
        std::string("20261121T202915Z-a%2fb_24"),
        std::string("20261121T202915Z-a\0b_24", 23),
        std::string("2026112xT202915Z-eth0-10.1.1.0_24"),
        std::string("20261121 202915Z-eth0-10.1.1.0_24"),
        "20261121T202915Z-" + std::string(200, 'x') + "_24"}) {
    EXPECT_FALSE(IsReportId(text)) << text;
  }
}

TEST(EpisodeOf, IsTheSameForAllReportsOfAWatch) {
  Report first = SampleReport();
  Report second = first;
  second.at += 300;
  EXPECT_NE(ReportId(first), ReportId(second));
  EXPECT_EQ(EpisodeOf(first), "20261121T202911Z-eth0-10.1.1.0_24");
  EXPECT_EQ(EpisodeOf(first), EpisodeOf(second));
}

TEST(EpisodeOf, TellsWatchesApart) {
  const Report report = SampleReport();
  Report later = report;
  later.since += 60;
  Report elsewhere = report;
  elsewhere.interface = "eth1";
  Report wider = report;
  wider.subnet.bits = 23;
  for (const Report& other : {later, elsewhere, wider}) {
    EXPECT_NE(EpisodeOf(report), EpisodeOf(other));
  }
}

}  // namespace
}  // namespace ipband
