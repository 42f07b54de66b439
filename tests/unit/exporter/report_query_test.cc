// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_query.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

Report Example() {
  Report report;
  report.interface = "eth0";
  report.subnet = *ParsePrefix("10.1.1.0/24");
  report.at = 1000;
  return report;
}

bool Matches(std::string_view query) {
  return ParseReportFilter(ParseQuery(query)).Matches(Example());
}

std::string Fault(std::string_view query) {
  try {
    ParseReportFilter(ParseQuery(query));
  } catch (const BadQuery& bad) {
    return bad.what();
  }
  return "none";
}

TEST(ReportFilter, MatchesEveryReportUnlessTold) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches("interface=&subnet="));
  EXPECT_EQ(ParseReportFilter({}).limit, 100U);
}

TEST(ReportFilter, MatchesByInterfaceAndSubnet) {
  EXPECT_TRUE(Matches("interface=eth0&subnet=10.1.1.0/24"));
  EXPECT_TRUE(Matches("interface=eth0&subnet=10.1.1.0%2F24"));
  EXPECT_FALSE(Matches("interface=eth"));
  EXPECT_FALSE(Matches("subnet=10.1.1.0/25"));
  EXPECT_FALSE(Matches("interface=eth1&subnet=10.1.1.0/24"));
}

TEST(ReportFilter, MatchesByTimeWithBothEnds) {
  EXPECT_TRUE(Matches("since=1000&until=1000"));
  EXPECT_FALSE(Matches("since=1001"));
  EXPECT_FALSE(Matches("until=999"));
  EXPECT_TRUE(Matches("since=1970-01-01T00:16:40Z"));
}

TEST(ReportFilter, SaysWhatIsWrong) {
  for (const char* limit :
       {"0", "1001", "-1", "x", "", "1.5", "1e2", "99999999999999999999"}) {
    EXPECT_EQ(Fault(std::string("limit=") + limit),
              "limit is not a number from 1 to 1000")
        << limit;
  }
  EXPECT_EQ(ParseReportFilter(ParseQuery("limit=1000")).limit, 1000U);
  EXPECT_EQ(Fault("subnet=office"),
            "subnet is not a network; allowed: 10.1.1.0/24");
  EXPECT_TRUE(Fault("since=yesterday").starts_with("since is not a time; "));
  EXPECT_TRUE(Fault("until=").starts_with("until is not a time; "));
  EXPECT_TRUE(Fault("subnets=10.1.1.0/24").starts_with("unknown parameter; "));
}

TEST(ParseTime, TakesUnixSeconds) {
  EXPECT_EQ(ParseTime("1795292955"), 1795292955);
  EXPECT_EQ(ParseTime("1795292955.781"), 1795292955);
  EXPECT_EQ(ParseTime("0"), 0);
  EXPECT_EQ(ParseTime("-5"), -5);
}

TEST(ParseTime, TakesRfc3339) {
  EXPECT_EQ(ParseTime("2026-11-21T20:29:15Z"), 1795292955);
  EXPECT_EQ(ParseTime("2026-11-21t20:29:15.999z"), 1795292955);
  EXPECT_EQ(ParseTime("2026-11-21T21:59:15+01:30"), 1795292955);
  EXPECT_EQ(ParseTime("2026-11-21T15:29:15-05:00"), 1795292955);
  EXPECT_EQ(ParseTime("2024-02-29T00:00:00Z"), 1709164800);
  EXPECT_EQ(ParseTime("2016-12-31T23:59:60Z"), 1483228800);
}

TEST(ParseTime, TakesNothingElse) {
  for (const char* text : {"",
                           ".",
                           "1.",
                           ".5",
                           "+5",
                           " 1",
                           "1 ",
                           "0x10",
                           "1e9",
                           "NaN",
                           "inf",
                           "99999999999999999999",
                           "2026-11-21",
                           "2026-11-21T20:29:15",
                           "2026-11-21 20:29:15Z",
                           "2026-11-21T20:29Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-11-21T24:00:00Z",
                           "2026-11-21T20:60:15Z",
                           "2026-11-21T20:29:61Z",
                           "2026-11-21T20:29:15.Z",
                           "2026-11-21T20:29:15+24:00",
                           "2026-11-21T20:29:15+01:60",
                           "2026-11-21T20:29:15 01:00",
                           "2026-11-21T20:29:15+0100",
                           "2026-11-21T20:29:15ZZ",
                           "26-11-21T20:29:15Z",
                           "-2026-11-21T20:29:15Z"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ipband
