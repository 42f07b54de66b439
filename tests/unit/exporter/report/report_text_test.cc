// SPDX-License-Identifier: Apache-2.0
//
// The expected lines of ipband's own kind are what ipband 0.8.1 wrote.
#include "exporter/report/report_text.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

constexpr const char* kTableHead =
    "========================================================================"
    "=======\n"
    "FROM            < PORT>     TO              < PORT>  PROT      KBYTES  "
    "SERVICE\n"
    "------------------------------------------------------------------------"
    "-------\n";
constexpr const char* kTableEnd =
    "========================================================================"
    "=======\n";

class ReportTextTest : public testing::Test {
 protected:
  std::string Text(const Report& report) {
    return ReportText(report, layout_, services_);
  }
  // Of a report with this connection only.
  std::string RowOf(const Connection& connection) {
    Report report = SampleReport();
    report.connections = {connection};
    return Rows(report);
  }
  std::string Rows(const Report& report) {
    std::string text = Text(report);
    const size_t begin = text.find(kTableHead) + std::string(kTableHead).size();
    const size_t end = text.rfind(kTableEnd);
    return text.substr(begin, end - begin);
  }
  std::string HeadOf(const Report& report) {
    const std::string text = Text(report);
    return text.substr(0, text.find(kTableHead));
  }

  ReportLayout layout_;
  ServiceNames services_;
  TimeZone zone_{"UTC"};
};

TEST_F(ReportTextTest, IsThatOfIpband) {
  Report report = SampleReport();
  report.connections = {
      SampleConnection("10.1.1.9", 4001, "10.2.2.2", 80, 6, 16384)};
  layout_.top = 3;
  layout_.accumulate = true;
  EXPECT_EQ(
      Text(report),
      std::string(
          "\n"
          "Date:   Sat Nov 21 20:29:15 2026\n"
          "Showing top 3 connections\n"
          "Network: 10.1.1.0\n"
          "Bandwidth threshold: 2.00 kBps, exceeded for: 0.07 min\n"
          "Threshold exceeded time since Sat Nov 21 20:28:51 2026: 0.20 min "
          "(50.00%)\n") +
          kTableHead +
          "10.1.1.9        < 4001> <-> 10.2.2.2        <   80>  tcp        "
          "16.00  http\n" +
          kTableEnd);
}

TEST_F(ReportTextTest, IsThatOfIpbandWithoutOptions) {
  Report report = SampleReport();
  report.subnet = ParsePrefix("10.2.2.0/24").value();
  report.at = 1795295671;
  report.threshold = 1024;
  report.exceeded_seconds = 5;
  report.connections = {
      SampleConnection("10.1.1.1", 4000, "10.2.2.2", 53, 17, 4096)};
  EXPECT_EQ(
      Text(report),
      std::string("\n"
                  "Date:   Sat Nov 21 21:14:31 2026\n"
                  "Network: 10.2.2.0\n"
                  "Bandwidth threshold: 1.00 kBps, exceeded for: 0.08 min\n") +
          kTableHead +
          "10.1.1.1        < 4000> <-> 10.2.2.2        <   53>  udp         "
          "4.00  domain\n" +
          kTableEnd);
}

TEST_F(ReportTextTest, ShowsRowsOfEveryKindAsIpbandDid) {
  Report report = SampleReport();
  const auto add = [&](const char* from, uint16_t from_port, const char* to,
                       uint16_t to_port, uint8_t protocol, uint64_t bytes) {
    report.connections.push_back(
        SampleConnection(from, from_port, to, to_port, protocol, bytes));
  };
  add("10.1.1.1", 40000, "10.2.2.2", 80, 6, 14336);
  add("10.0.0.5", 443, "10.1.1.1", 40001, 6, 12288);
  add("10.1.1.1", 25, "10.2.2.3", 6667, 6, 10240);
  add("10.0.0.3", 6667, "10.1.1.1", 25, 6, 10240);
  add("10.1.1.1", 2048, "10.2.2.5", 0, 1, 4096);
  add("10.1.1.1", 33333, "10.2.2.4", 44444, 17, 4096);
  add("10.1.1.1", 40000, "10.2.2.18", 10051, 6, 2048);
  add("10.1.1.1", 0, "10.2.2.14", 0, 255, 2048);
  add("10.1.1.1", 0, "10.2.2.10", 0, 4, 2048);
  add("10.1.1.1", 0, "10.2.2.11", 0, 89, 2048);
  add("10.1.1.1", 0, "10.2.2.15", 0, 0, 2048);
  add("192.168.100.200", 65535, "223.255.255.254", 65534, 6, 2048);
  add("10.1.1.1", 123, "10.2.2.20", 123, 17, 1000);
  EXPECT_EQ(
      Rows(report),
      "10.1.1.1        <40000> <-> 10.2.2.2        <   80>  tcp        "
      "14.00  http\n"
      "10.0.0.5        <  443> <-> 10.1.1.1        <40001>  tcp        "
      "12.00  https\n"
      "10.1.1.1        <   25> <-> 10.2.2.3        < 6667>  tcp        "
      "10.00  smtp\n"
      "10.0.0.3        < 6667> <-> 10.1.1.1        <   25>  tcp        "
      "10.00  ircd\n"
      "10.1.1.1        < 2048> <-> 10.2.2.5        <    0> icmp         "
      "4.00  \n"
      "10.1.1.1        <33333> <-> 10.2.2.4        <44444>  udp         "
      "4.00  \n"
      "10.1.1.1        <40000> <-> 10.2.2.18       <10051>  tcp         "
      "2.00  zabbix-trap\n"
      "10.1.1.1        <    0> <-> 10.2.2.14       <    0>  255         "
      "2.00  \n"
      "10.1.1.1        <    0> <-> 10.2.2.10       <    0> ipencap         "
      "2.00  \n"
      "10.1.1.1        <    0> <-> 10.2.2.11       <    0> ospf         "
      "2.00  \n"
      "10.1.1.1        <    0> <-> 10.2.2.15       <    0>   ip         "
      "2.00  \n"
      "192.168.100.200 <65535> <-> 223.255.255.254 <65534>  tcp         "
      "2.00  \n"
      "10.1.1.1        <  123> <-> 10.2.2.20       <  123>  udp         "
      "0.98  ntp\n");
}

TEST_F(ReportTextTest, ShowsGigabytesInKilobytes) {
  EXPECT_EQ(
      RowOf(SampleConnection("10.1.1.1", 40005, "10.2.2.5", 80, 6,
                             uint64_t{15625016} * 1024)),
      "10.1.1.1        <40005> <-> 10.2.2.5        <   80>  tcp  15625016.00"
      "  http\n");
}

TEST_F(ReportTextTest, IsInLocalTime) {
  const TimeZone zone("Asia/Tokyo");
  layout_.accumulate = true;
  Report report = SampleReport();
  report.detail_since += 1;
  EXPECT_EQ(HeadOf(report),
            "\n"
            "Date:   Sun Nov 22 05:29:15 2026\n"
            "Network: 10.1.1.0\n"
            "Bandwidth threshold: 2.00 kBps, exceeded for: 0.07 min\n"
            "Threshold exceeded time since Sun Nov 22 05:28:51 2026: 0.20 min "
            "(50.00%)\n"
            "Connections known since: Sun Nov 22 05:29:12 2026\n");
}

TEST_F(ReportTextTest, SaysMoreThanIpbandOnlyWhenThereIsSomethingToSay) {
  Report report = SampleReport();
  report.name = "branch 82";
  report.dropped_packets = 17;
  report.detail_since += 2;
  layout_.several_interfaces = true;
  layout_.accumulate = true;
  EXPECT_EQ(HeadOf(report),
            "\n"
            "Date:   Sat Nov 21 20:29:15 2026\n"
            "Network: 10.1.1.0 <branch 82>\n"
            "Interface: eth0\n"
            "Bandwidth threshold: 2.00 kBps, exceeded for: 0.07 min\n"
            "Threshold exceeded time since Sat Nov 21 20:28:51 2026: 0.20 min "
            "(50.00%)\n"
            "Packets lost by the capture: 17\n"
            "Connections known since: Sat Nov 21 20:29:13 2026\n");
}

TEST_F(ReportTextTest, NamesTheLimitEvenIfItCutsNothing) {
  layout_.top = 50;
  EXPECT_NE(Text(SampleReport()).find("Showing top 50 connections\n"),
            std::string::npos);
}

TEST_F(ReportTextTest, LetsIpv6AddressesPushTheLine) {
  EXPECT_EQ(RowOf(SampleConnection("2001:db8:82::1", 40000,
                                   "2001:db8:82:0:1234:5678:9abc:def0", 443, 6,
                                   2048)),
            "2001:db8:82::1  <40000> <-> 2001:db8:82:0:1234:5678:9abc:def0 "
            "<  443>  tcp         2.00  https\n");
}

TEST_F(ReportTextTest, SumsUpWhatHasNoRowInTheLastOne) {
  Report report = SampleReport();
  report.connections = {
      SampleConnection("10.1.1.9", 4001, "10.2.2.2", 80, 6, 16384)};
  report.others = {.connections = 3, .bytes = 2560, .packets = 9};
  EXPECT_EQ(Rows(report),
            "10.1.1.9        < 4001> <-> 10.2.2.2        <   80>  tcp        "
            "16.00  http\n"
            "*               <    *> <-> *               <    *>    *         "
            "2.50  \n");
}

TEST_F(ReportTextTest, PutsNamesOfHostsInPlaceOfTheirAddresses) {
  layout_.host_names = {
      {ParseAddress("10.1.1.9").value(), "pc9"},
      {ParseAddress("10.2.2.2").value(), "www.example.net.of.long.name"}};
  EXPECT_EQ(RowOf(SampleConnection("10.1.1.9", 4001, "10.2.2.2", 80, 6, 1024)),
            "pc9             < 4001> <-> www.example.net.of.long.name <   80>"
            "  tcp         1.00  http\n");
}

TEST_F(ReportTextTest, KeepsNamesOnTheirLine) {
  Report report = SampleReport();
  report.name = "lab\nNetwork: 10.9.9.0";
  report.interface = "eth0\n\n";
  layout_.several_interfaces = true;
  EXPECT_EQ(HeadOf(report),
            "\n"
            "Date:   Sat Nov 21 20:29:15 2026\n"
            "Network: 10.1.1.0 <lab?Network: 10.9.9.0>\n"
            "Interface: eth0??\n"
            "Bandwidth threshold: 2.00 kBps, exceeded for: 0.07 min\n");
}

TEST(NetworkLabel, ShowsALengthOnlyIfItIsNotTheUsualOne) {
  const auto label = [](const char* subnet, int ipv4_bits) {
    return NetworkLabel(ParsePrefix(subnet).value(), "", ipv4_bits);
  };
  EXPECT_EQ(label("10.1.1.0/24", 24), "10.1.1.0");
  EXPECT_EQ(label("10.1.0.0/16", 24), "10.1.0.0/16");
  EXPECT_EQ(label("10.1.1.7/32", 32), "10.1.1.7");
  EXPECT_EQ(label("2001:db8::/64", 24), "2001:db8::/64");
  EXPECT_EQ(label("2001:db8::/24", 24), "2001:d00::/24");
}

TEST(ReportSubject, NamesTheNetwork) {
  Report report = SampleReport();
  EXPECT_EQ(ReportSubject(report, 24), "Bandwidth report for 10.1.1.0");
  report.subnet = ParsePrefix("127.0.0.0/24").value();
  report.name = "loopback";
  EXPECT_EQ(ReportSubject(report, 24),
            "Bandwidth report for 127.0.0.0 <loopback>");
  report.name = "lab\r\nBcc: all";
  EXPECT_EQ(ReportSubject(report, 24),
            "Bandwidth report for 127.0.0.0 <lab??Bcc: all>");
}

TEST(AccumulatedPercent, IsOfTheTimeSinceTheCountBegan) {
  Report report = SampleReport();
  report.accumulated_since = report.at - 6;
  report.accumulated_seconds = 4;
  EXPECT_NEAR(AccumulatedPercent(report), 66.67, 0.01);
  report.accumulated_since = report.at;
  EXPECT_EQ(AccumulatedPercent(report), 0);
}

}  // namespace
}  // namespace ipband
