// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/report_pages.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/exporter/web/contains.h"

namespace ipband {
namespace {

constexpr int64_t kAt = 1795292955;  // 2026-11-21 20:29:15 UTC

size_t Count(const std::string& html, std::string_view part) {
  size_t count = 0;
  for (size_t at = html.find(part); at != std::string::npos;
       at = html.find(part, at + 1)) {
    ++count;
  }
  return count;
}

ReportListPage List() {
  ReportListPage page;
  page.program = "ipband_exporter";
  page.averaging_period_seconds = 60;
  page.report_period_seconds = 300;
  page.reports = {
      {"20261121T202915Z-eth0-10.1.1.0_24", kAt, "eth0", "10.1.1.0/24",
       "branch 82", 1.5e6, 1.25e6, 360, "10.1.1.7", 5 << 20},
      {"20261121T201000Z-eth1-10.2.0.0_24", kAt - 1155, "eth1", "10.2.0.0/24",
       "", 3e6, 1.25e6, 300, "", 0}};
  return page;
}

ReportPage ExampleReport() {
  ReportPage page;
  page.program = "ipband_exporter";
  page.interface = "eth0";
  page.subnet = "10.1.1.0/24";
  page.name = "branch 82";
  page.at = kAt;
  page.since = page.detail_since = kAt - 360;
  page.bandwidth = 1.5e6;
  page.threshold = 1.25e6;
  page.exceeded_seconds = 360;
  page.accumulated_seconds = 3600;
  page.accumulated_since = kAt - 36000;
  page.connections = {{"10.1.1.7", "198.51.100.4", 40000, 443, "tcp", "https",
                       1 << 20, 5 << 20, 4321, kAt - 355, kAt - 5},
                      {"10.1.1.9", "2001:db8::1", 5353, 53, "udp", "", 1 << 20,
                       1 << 20, 99, kAt - 90000, kAt - 10}};
  return page;
}

TEST(ReportList, ShowsWhatEachReportIsAbout) {
  const std::string html = RenderReportList(List());
  for (const char* part :
       {"2026-11-21 20:29:15Z", "branch 82 <small>10.1.1.0/24</small>", "eth0",
        "12.0 Mbit/s", "10.0 Mbit/s", ">6 min<", "10.1.1.7", "5.00 MiB",
        "href=\"reports/20261121T202915Z-eth0-10.1.1.0_24\"", "unknown"}) {
    EXPECT_TRUE(Contains(html, part)) << part;
  }
  EXPECT_LT(html.find("branch 82"), html.find("10.2.0.0/24"));
  EXPECT_FALSE(Contains(html, "Show all reports"));
}

TEST(ReportList, SaysWhatItIsFilteredByAndLeadsBackToAll) {
  ReportListPage page = List();
  page.subnet = "10.1.1.0/24";
  page.interface = "eth0";
  const std::string html = RenderReportList(page);
  EXPECT_TRUE(Contains(html, "Only <b>10.1.1.0/24</b> on <b>eth0</b>."));
  EXPECT_TRUE(Contains(html, "<a href=\"reports\">Show all reports</a>"));
  page.subnet = "";
  EXPECT_TRUE(Contains(RenderReportList(page), "Only <b>eth0</b>."));
}

TEST(ReportList, ShowsAStrangerOnlyWhatTheMetricsShow) {
  ReportListPage page = List();
  page.refusal = "Reports are shown only to \"friends\".";
  const std::string html = RenderReportList(page);
  for (const char* part :
       {"Reports are shown only to &quot;friends&quot;.", "branch 82",
        "2026-11-21 20:29:15Z", "12.0 Mbit/s", "10.0 Mbit/s"}) {
    EXPECT_TRUE(Contains(html, part)) << part;
  }
  for (const char* part : {"10.1.1.7", "5.00 MiB", "6 min", "reports/2026",
                           "talker", "Exceeded"}) {
    EXPECT_FALSE(Contains(html.substr(html.find("<main>")), part)) << part;
  }
}

TEST(ReportList, SaysWhenAReportIsWritten) {
  ReportListPage page = List();
  page.reports.clear();
  EXPECT_TRUE(Contains(RenderReportList(page),
                       "over its threshold for 5 min; it is judged every 1 "
                       "min."));
  page.judged = false;
  EXPECT_TRUE(Contains(RenderReportList(page), "No subnet has a threshold"));
  page.interface = "eth0";
  EXPECT_TRUE(Contains(RenderReportList(page), "is about this"));
}

TEST(ReportList, EscapesEverythingThatCameFromOutside) {
  const std::string evil = "\"><script>&'";
  ReportListPage page = List();
  page.program = page.interface = page.subnet = evil;
  page.reports[0].id = page.reports[0].interface = page.reports[0].subnet =
      page.reports[0].name = page.reports[0].top_talker = evil;
  for (const std::string& refusal : {std::string(), evil}) {
    page.refusal = refusal;
    const std::string html = RenderReportList(page);
    EXPECT_FALSE(Contains(html, "<script"));
    EXPECT_TRUE(Contains(html, "&quot;&gt;&lt;script&gt;&amp;&#39;"));
  }
}

TEST(ReportPage, ShowsTheFacts) {
  const std::string html = RenderReport(ExampleReport());
  for (const char* part :
       {"<h1>Report: branch 82 <small>10.1.1.0/24</small></h1>",
        "12.0 Mbit/s<small> 1.20 times the threshold</small>", "10.0 Mbit/s",
        "6 min", "2026-11-21 20:23:15Z", "1 h <small>10.0% of the time since",
        "2026-11-21 10:29:15Z", "--t:83.3%"}) {
    EXPECT_TRUE(Contains(html, part)) << part;
  }
  EXPECT_FALSE(Contains(html, "lost by the capture"));
  EXPECT_FALSE(Contains(html, "known since"));
}

TEST(ReportPage, SaysWhatMayBeMissing) {
  ReportPage page = ExampleReport();
  page.dropped_packets = 1234;
  page.detail_since = kAt - 60;
  const std::string html = RenderReport(page);
  EXPECT_TRUE(Contains(html, "lost by the capture</dt><dd>1,234<"));
  EXPECT_TRUE(Contains(html, "known since"));
  EXPECT_TRUE(Contains(html, "2026-11-21 20:28:15Z"));
}

TEST(ReportPage, ShowsTheConnectionsWithTheirShares) {
  const std::string html = RenderReport(ExampleReport());
  for (const char* part :
       {">10.1.1.7<", ">40000<", ">198.51.100.4<", ">443<", ">tcp<", ">https<",
        ">1.00 MiB<", ">5.00 MiB<", ">4,321<", ">75.0%<", "--w:75.0%",
        ">20:23:20Z<", ">2001:db8::1<", ">25.0%<",
        // Not of the day of the report.
        ">2026-11-20 19:29:15Z<"}) {
    EXPECT_TRUE(Contains(html, part)) << part;
  }
  EXPECT_FALSE(Contains(html, "Not in this table"));
}

TEST(ReportPage, HasAColumnForServicesOnlyIfOneIsKnown) {
  ReportPage page = ExampleReport();
  EXPECT_TRUE(Contains(RenderReport(page), "Service"));
  page.connections[0].service.clear();
  EXPECT_FALSE(Contains(RenderReport(page), "Service"));
}

TEST(ReportPage, AddsUpWhatIsNotListed) {
  ReportPage page = ExampleReport();
  page.omitted_connections = 1;
  page.omitted_bytes = 4 << 20;
  page.others_bytes = 4 << 20;
  page.others_packets = 1500;
  const std::string html = RenderReport(page);
  EXPECT_TRUE(Contains(html, "1 smaller connection, left out"));
  EXPECT_TRUE(Contains(html, "1,500 packets of connections"));
  EXPECT_EQ(Count(html, "<b>4.00 MiB</b>, 25.0% of all"), 2U);
  EXPECT_TRUE(Contains(html, ">37.5%<"));
}

TEST(ReportPage, LeadsToWhatIsMoreThanItShows) {
  ReportPage page = ExampleReport();
  page.connections.assign(1000, page.connections[0]);
  page.further_connections = 2500;
  page.further_bytes =
      2500 * (page.connections[0].from_bytes + page.connections[0].to_bytes);
  const std::string html = RenderReport(page);
  EXPECT_EQ(Count(html, "data-label=\"from\""), 1000U);
  EXPECT_TRUE(Contains(html, "2,500 further connections"));
  EXPECT_TRUE(Contains(html, "71.4% of all"));
}

TEST(ReportPage, LeadsToItsOtherFormsAndToThoseOfTheSubnet) {
  const std::string html = RenderReport(ExampleReport());
  for (const char* href :
       {"\"?format=text\"", "\"?format=json\"", "\"../reports\"", "\"../\"",
        "\"../reports?interface=eth0&amp;subnet=10.1.1.0%2F24\""}) {
    EXPECT_TRUE(Contains(html, std::string("<a href=") + href)) << href;
  }
}

TEST(ReportPage, EscapesEverythingThatCameFromOutside) {
  const std::string evil = "\"><script>&'";
  ReportPage page = ExampleReport();
  page.program = page.interface = page.subnet = page.name = evil;
  ConnectionOnPage& first = page.connections[0];
  first.from = first.to = first.protocol = first.service = evil;
  for (const std::string& html : {RenderReport(page), RenderNoReport(evil)}) {
    EXPECT_FALSE(Contains(html, "<script"));
    EXPECT_TRUE(Contains(html, "&quot;&gt;&lt;script&gt;&amp;&#39;"));
  }
}

TEST(ReportPage, HoldsWithAnyNumbers) {
  ReportPage page;
  EXPECT_TRUE(Contains(RenderReport(page), "No connection was recorded."));
  page = ExampleReport();
  page.threshold = page.bandwidth = 0;
  page.at = std::numeric_limits<int64_t>::max();
  page.since = std::numeric_limits<int64_t>::min();
  page.accumulated_since = page.at;
  page.bandwidth = std::numeric_limits<double>::max();
  page.connections[0].from_bytes = std::numeric_limits<uint64_t>::max();
  const std::string html = RenderReport(page);
  for (const char* part : {"nan%", "inf%", "-nan"}) {
    EXPECT_FALSE(Contains(html, part)) << part;
  }
}

TEST(ReportPages, AreReadableWithoutEyesScriptsOrANetwork) {
  ReportPage page = ExampleReport();
  page.omitted_connections = 3;
  for (const std::string& html :
       {RenderReportList(List()), RenderReport(page)}) {
    EXPECT_EQ(Count(html, "<h1>"), 1U);
    EXPECT_EQ(Count(html, "<caption>"), 1U);
    EXPECT_EQ(Count(html, "<th>"), 0U) << "a head without scope";
    EXPECT_TRUE(Contains(html, "<html lang=\"en\">"));
    for (const char* outside : {"http://", "https://", "src=", "url(",
                                "@import", "<script", "<link"}) {
      EXPECT_FALSE(Contains(html, outside)) << outside;
    }
  }
}

}  // namespace
}  // namespace ipband
