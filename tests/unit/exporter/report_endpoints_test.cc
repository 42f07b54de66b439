// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_endpoints.h"

#include <gtest/gtest.h>

#include "exporter/web/details.h"
#include "tests/unit/exporter/string_writer.h"

namespace ipband {
namespace {

constexpr int64_t kAt = 1795292955;  // 2026-11-21 20:29:15 UTC

Connection Between(const char* from, const char* to, uint64_t bytes) {
  Connection connection;
  connection.from = *ParseAddress(from);
  connection.to = *ParseAddress(to);
  connection.protocol = 6;
  connection.from_bytes = bytes;
  return connection;
}

// Three reports: "old" and "new" of one subnet, "other" between them.
class ReportEndpoints : public testing::Test {
 protected:
  ReportEndpoints() {
    Add("old", "eth0", "10.1.1.0/24", kAt - 600);
    Add("other", "eth1", "2001:db8::/64", kAt - 300);
    Add("new", "eth0", "10.1.1.0/24", kAt);
    AddReportRoutes(options_, archive_, router_);
  }

  void Add(const std::string& id, const char* interface, const char* subnet,
           int64_t at) {
    auto entry = std::make_shared<ArchivedReport>();
    entry->id = id;
    entry->text = "text of " + id + "\n";
    entry->json = "{\"id\":\"" + id + "\"}\n";
    Report& report = entry->report;
    report.interface = interface;
    report.subnet = *ParsePrefix(subnet);
    report.at = at;
    report.bandwidth = 1.5e6;
    report.threshold = 1.25e6;
    report.connections = {Between("10.1.1.7", "192.0.2.1", 3000),
                          Between("10.1.1.8", "192.0.2.1", 2000),
                          Between("10.1.1.8", "192.0.2.2", 2000)};
    entry->names = {{"tcp", "https"}};
    archive_.Add(entry);
  }

  HttpResponse Ask(const std::string& url, bool friendly = true) {
    HttpRequest request;
    request.method = "GET";
    request.path = url.substr(0, url.find('?'));
    if (url.size() > request.path.size()) {
      request.query = url.substr(request.path.size() + 1);
    }
    request.remote_address = friendly ? "127.0.0.1" : "192.0.2.77";
    HttpResponse response = router_(request);
    if (response.stream) {
      StringWriter body;
      response.stream(body);
      response.body = body.text;
    }
    return response;
  }

  bool PageHas(const std::string& url, std::string_view part) {
    return Ask(url).body.find(part) != std::string::npos;
  }

  Options options_;
  ReportArchive archive_;
  Router router_;
};

TEST_F(ReportEndpoints, ListTheReports) {
  const HttpResponse response = Ask("/reports");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  const size_t newest = response.body.find("reports/new");
  const size_t other = response.body.find("reports/other");
  const size_t oldest = response.body.find("reports/old");
  EXPECT_LT(newest, other);
  EXPECT_LT(other, oldest);
  EXPECT_NE(oldest, std::string::npos);
  // The busiest of the subnet, not of the single connections, nor a stranger.
  EXPECT_TRUE(PageHas("/reports", "10.1.1.8 <small>3.91 KiB</small>"));
}

TEST_F(ReportEndpoints, FilterTheListAsTheLinkOfAnAlertDoes) {
  const std::string url = "/reports?interface=eth0&subnet=10.1.1.0%2F24";
  EXPECT_TRUE(PageHas(url, "reports/new"));
  EXPECT_TRUE(PageHas(url, "reports/old"));
  EXPECT_FALSE(PageHas(url, "reports/other"));
  EXPECT_TRUE(PageHas(url, "Show all reports"));
  EXPECT_TRUE(PageHas("/reports?interface=eth9", "is about this"));
  EXPECT_EQ(Ask("/reports?subnet=office").status, 400);
  EXPECT_EQ(Ask("/reports?subnet=%zz").status, 400);
}

TEST_F(ReportEndpoints, ShowOneReportInThreeForms) {
  EXPECT_TRUE(PageHas("/reports/new", "<h1>Report: 10.1.1.0/24</h1>"));
  EXPECT_TRUE(PageHas("/reports/new", ">https<"));
  EXPECT_TRUE(PageHas("/reports/new?format=html", "<h1>"));
  const HttpResponse text = Ask("/reports/new?format=text");
  EXPECT_EQ(text.body, "text of new\n");
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  const HttpResponse document = Ask("/reports/new?format=json");
  EXPECT_EQ(document.body, "{\"id\":\"new\"}\n");
  EXPECT_EQ(document.content_type, "application/json");
  EXPECT_EQ(Ask("/reports/new?format=pdf").status, 400);
  EXPECT_EQ(Ask("/reports/new?form=text").status, 400);
}

TEST_F(ReportEndpoints, SayThatAReportIsNotKept) {
  EXPECT_EQ(Ask("/reports/<script>").status, 404);
  EXPECT_FALSE(PageHas("/reports/<script>", "<script>"));
  EXPECT_TRUE(PageHas("/reports/gone", "No such report"));
  EXPECT_EQ(Ask("/reports/").status, 404);
}

TEST_F(ReportEndpoints, GiveTheReportsAsJson) {
  const HttpResponse response = Ask("/api/v1/reports");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            "{\"status\":\"success\",\"data\":{\"reports\":[{\"id\":\"new\"},"
            "{\"id\":\"other\"},{\"id\":\"old\"}]}}\n");
  const std::string none =
      "{\"status\":\"success\",\"data\":{\"reports\":[]}}\n";
  EXPECT_EQ(Ask("/api/v1/reports?interface=eth9").body, none);
}

TEST_F(ReportEndpoints, ChooseAmongTheReportsInJson) {
  const auto ids = [this](const std::string& query) {
    std::string found;
    const std::string body = Ask("/api/v1/reports?" + query).body;
    for (const char* id : {"new", "other", "old"}) {
      if (body.find('"' + std::string(id) + '"') != std::string::npos) {
        found += std::string(id) + " ";
      }
    }
    return found;
  };
  EXPECT_EQ(ids("limit=2"), "new other ");
  EXPECT_EQ(ids("interface=eth0&limit=1"), "new ");
  EXPECT_EQ(ids("subnet=2001:db8::/64"), "other ");
  EXPECT_EQ(ids("since=2026-11-21T20:24:15Z"), "new other ");
  EXPECT_EQ(ids("until=" + std::to_string(kAt - 300)), "other old ");
  EXPECT_EQ(ids("id=old"), "old ");
}

TEST_F(ReportEndpoints, AnswerBadQuestionsInTheEnvelope) {
  for (const char* query : {"limit=0", "since=x", "nonsense=1", "id=a&limit=1",
                            "a=%", "subnet=x"}) {
    const HttpResponse response = Ask(std::string("/api/v1/reports?") + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_TRUE(response.body.starts_with(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\""))
        << response.body;
  }
  const HttpResponse response = Ask("/api/v1/reports?id=gone");
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("\"not_found\""), std::string::npos);
}

TEST_F(ReportEndpoints, TellAStrangerOnlyWhatTheMetricsTell) {
  const HttpResponse list = Ask("/reports", false);
  EXPECT_EQ(list.status, 403);
  EXPECT_NE(list.body.find("10.1.1.0/24"), std::string::npos);
  EXPECT_NE(list.body.find("web.details: all"), std::string::npos);
  EXPECT_EQ(list.body.find("10.1.1.8"), std::string::npos);
  for (const char* url :
       {"/reports/new", "/reports/gone", "/reports/new?format=text",
        "/api/v1/reports", "/api/v1/reports?id=new", "/api/v1/reports?id=x"}) {
    const HttpResponse response = Ask(url, false);
    EXPECT_EQ(response.status, 403) << url;
    EXPECT_EQ(response.body, DetailsRefused(WebDetails::kLocal).body) << url;
  }
}

TEST_F(ReportEndpoints, AreNotStoredByCaches) {
  for (const char* url : {"/reports", "/reports/new", "/api/v1/reports"}) {
    for (const bool friendly : {true, false}) {
      bool found = false;
      for (const auto& [name, value] : Ask(url, friendly).headers) {
        found = found || (name == "Cache-Control" && value == "no-store");
      }
      EXPECT_TRUE(found) << url;
    }
  }
}

TEST_F(ReportEndpoints, ShowTheFirstThousandOfVeryManyConnections) {
  auto entry = std::make_shared<ArchivedReport>(*archive_.Find("new"));
  entry->report.connections.assign(3500, entry->report.connections[0]);
  archive_.Add(entry);
  const std::string html = Ask("/reports/new").body;
  size_t rows = 0;
  for (size_t at = 0; (at = html.find("data-label=\"from\"", at)) != html.npos;
       ++at) {
    ++rows;
  }
  EXPECT_EQ(rows, 1000U);
  EXPECT_NE(html.find("2,500 further connections"), html.npos);
}

}  // namespace
}  // namespace ipband
