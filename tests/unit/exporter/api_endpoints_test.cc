// SPDX-License-Identifier: Apache-2.0
#include "exporter/api_endpoints.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "exporter/web/details.h"
#include "tests/unit/exporter/string_writer.h"

namespace ipband {
namespace {

using nlohmann::json;

SubnetRow Subnet(CaptureId capture, const char* prefix) {
  SubnetRow row;
  row.capture = capture;
  row.prefix = *ParsePrefix(prefix);
  row.used = true;
  return row;
}

HostSnapshot Host(const char* address, uint32_t subnet, uint64_t receive,
                  uint64_t transmit) {
  return {*ParseAddress(address), subnet, receive, transmit};
}

DumpPart Part(std::vector<DumpRow> rows) {
  return {std::make_shared<const std::vector<DumpRow>>(std::move(rows)), {}};
}

Snapshot SomeTraffic() {
  Snapshot snapshot;
  AccountingRules rules;
  rules.accounting.subnets.push_back({.name = "branch \"1\""});
  snapshot.rules = std::make_shared<const AccountingRules>(std::move(rules));
  snapshot.captures.resize(2);
  snapshot.captures[0].status.interface = "eth0";
  snapshot.captures[0].status.up = true;
  snapshot.captures[0].status.kernel_dropped = 3;
  snapshot.captures[0].status.interface_dropped = 4;
  snapshot.captures[0].counters.received.packets = 1000;
  snapshot.captures[1].status.interface = "e\"\xff";

  SubnetRow watched = Subnet(0, "10.1.1.0/24");
  watched.named = 0;
  watched.age = 1;
  watched.bandwidth = 1500.5;
  watched.has_threshold = true;
  watched.threshold = 1000;
  watched.watch.active = true;
  watched.watch_seconds = 120;
  watched.counters.receive_bytes = 5000;
  watched.counters.transmit_bytes = 700;
  watched.hosts = 2;
  watched.recent.Add(100);
  watched.recent.Add(300);
  snapshot.subnets = {watched, Subnet(1, "10.1.1.0/24"),
                      Subnet(1, "2001:db8::/64")};
  // Of a watch that is over.
  snapshot.subnets[1].watch.reported = true;

  snapshot.hosts = {Host("10.1.1.7", 0, 10, 20), Host("10.1.1.8", 0, 500, 1),
                    Host("10.1.1.7", 1, 3, 4), Host("2001:db8::7", 2, 40, 0)};
  MeterSnapshot& campus = snapshot.meters.emplace_back();
  campus.meter = "campus";
  campus.since = 1795292955;
  campus.next_dump = 1795296000;
  campus.table_in = 111;
  campus.table_out = 222;
  campus.table_rows = 3;
  campus.not_shown = {5, true, 6, 7};
  campus.tables = {
      Part({{*ParseAddress("10.1.1.7"), 1, 2}, {*ParseAddress("::1"), 90, 0}}),
      Part({{*ParseAddress("10.1.1.7"), 20, 200}})};
  snapshot.meters.emplace_back().meter = "idle";
  return snapshot;
}

// The accounting thread is one that always answers with the same traffic.
class ApiEndpoints : public testing::Test {
 protected:
  ApiEndpoints() {
    exposition_.emplace(options_, 0);
    AddApiRoutes(options_, *exposition_, snapshots_, router_);
    accounting_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd descriptor = {wakeup_.descriptor(), POLLIN, 0};
        poll(&descriptor, 1, -1);
        wakeup_.Clear();
        const std::optional<SnapshotDetail> wanted = snapshots_.Wanted();
        if (!wanted) continue;
        auto snapshot = std::make_shared<Snapshot>(SomeTraffic());
        snapshot->detail = *wanted;
        if (*wanted < SnapshotDetail::kHosts) snapshot->hosts.clear();
        if (*wanted < SnapshotDetail::kTables) {
          for (MeterSnapshot& meter : snapshot->meters) meter.tables.clear();
        }
        snapshots_.Publish(snapshot);
      }
    });
  }
  ~ApiEndpoints() override { EndAccounting(); }

  void EndAccounting() {
    accounting_.request_stop();
    wakeup_.Signal();
    if (accounting_.joinable()) accounting_.join();
    snapshots_.Close();
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

  // The list of this name in the answer's data.
  json List(const std::string& url, const std::string& name,
            bool friendly = true) {
    const HttpResponse response = Ask(url, friendly);
    EXPECT_EQ(response.status, 200) << url;
    EXPECT_EQ(response.content_type, "application/json");
    const json answer = json::parse(response.body);
    EXPECT_EQ(answer["status"], "success");
    return answer["data"][name];
  }

  // The addresses of a list of rows, in their order.
  static std::string Addresses(const json& rows) {
    std::string text;
    for (const json& row : rows)
      text += row["address"].get<std::string>() + " ";
    return text;
  }

  Options options_;
  Wakeup wakeup_;
  SnapshotExchange snapshots_{wakeup_};
  std::optional<Exposition> exposition_;
  Router router_;
  std::jthread accounting_;
};

TEST_F(ApiEndpoints, TellWhatIsKnownOfASubnet) {
  const json subnets = List("/api/v1/subnets", "subnets", false);
  ASSERT_EQ(subnets.size(), 3U);
  EXPECT_EQ(subnets[0], json::parse(R"({
    "interface": "eth0", "subnet": "10.1.1.0/24", "name": "branch \"1\"",
    "bandwidth_bytes_per_second": 1500.5, "recent_bytes_per_second": 150.0,
    "threshold_bytes_per_second": 1000.0, "watched": true, "reported": false,
    "watch_seconds": 120, "receive_bytes": 5000, "transmit_bytes": 700,
    "hosts": 2})"));
}

TEST_F(ApiEndpoints, LeaveOpenWhatASubnetDoesNotHaveYet) {
  const json subnet = List("/api/v1/subnets?interface=e%22", "subnets");
  EXPECT_EQ(subnet, json::array());
  const json other = List("/api/v1/subnets", "subnets")[1];
  EXPECT_TRUE(other["bandwidth_bytes_per_second"].is_null());
  EXPECT_TRUE(other["threshold_bytes_per_second"].is_null());
  EXPECT_EQ(other["watched"], false);
  EXPECT_EQ(other["reported"], false);
  // A byte that is not UTF-8 does not break the answer.
  EXPECT_EQ(other["interface"], "e\"\xef\xbf\xbd");
}

TEST_F(ApiEndpoints, TellHowTheCapturesDo) {
  EXPECT_EQ(List("/api/v1/subnets", "captures")[0], json::parse(R"({
    "interface": "eth0", "up": true, "packets": 1000, "dropped_packets": 7})"));
}

TEST_F(ApiEndpoints, ChooseAmongTheSubnets) {
  EXPECT_EQ(List("/api/v1/subnets?interface=eth0", "subnets").size(), 1U);
  EXPECT_EQ(List("/api/v1/subnets?subnet=10.1.1.0%2F24", "subnets").size(), 2U);
  EXPECT_EQ(List("/api/v1/subnets?subnet=10.1.1.0/24&interface=eth0", "subnets")
                .size(),
            1U);
  EXPECT_EQ(List("/api/v1/subnets?subnet=10.1.0.0/16", "subnets").size(), 0U);
}

TEST_F(ApiEndpoints, TellTheBusiestHostsFirst) {
  const json hosts = List("/api/v1/top", "hosts");
  EXPECT_EQ(Addresses(hosts), "10.1.1.8 2001:db8::7 10.1.1.7 10.1.1.7 ");
  EXPECT_EQ(hosts[0], json::parse(R"({
    "interface": "eth0", "subnet": "10.1.1.0/24", "address": "10.1.1.8",
    "receive_bytes": 500, "transmit_bytes": 1})"));
  EXPECT_EQ(Addresses(List("/api/v1/top?n=1", "hosts")), "10.1.1.8 ");
  EXPECT_EQ(Addresses(List("/api/v1/top?subnet=10.1.1.0/24", "hosts")),
            "10.1.1.8 10.1.1.7 10.1.1.7 ");
  EXPECT_EQ(Addresses(List("/api/v1/top?interface=eth0", "hosts")),
            "10.1.1.8 10.1.1.7 ");
}

TEST_F(ApiEndpoints, TellWhenTheHostsWereCounted) {
  const auto time = [this] {
    return json::parse(Ask("/api/v1/top").body)["data"]["time"].get<double>();
  };
  const double first = time();
  EXPECT_GT(first, 1.7e9);
  EXPECT_GT(time(), first);  // has a fraction
}

TEST_F(ApiEndpoints, SumUpTheMeters) {
  const json meters = List("/api/v1/meters", "meters", false);
  ASSERT_EQ(meters.size(), 2U);
  EXPECT_EQ(meters[0], json::parse(R"({
    "meter": "campus", "since": 1795292955, "next_dump": 1795296000,
    "hosts": 3, "in_bytes": 111, "out_bytes": 222,
    "not_shown": {"hosts": 5, "more_hosts": true,
                  "in_bytes": 6, "out_bytes": 7}})"));
  EXPECT_TRUE(meters[1]["since"].is_null());
  EXPECT_TRUE(meters[1]["next_dump"].is_null());
}

TEST_F(ApiEndpoints, ShowTheTableOfAMeter) {
  const json meters = List("/api/v1/meters?meter=campus", "meters");
  ASSERT_EQ(meters.size(), 1U);
  EXPECT_EQ(meters[0]["hosts"], 2);
  EXPECT_EQ(meters[0]["rows"], json::parse(R"([
    {"address": "10.1.1.7", "in_bytes": 21, "out_bytes": 202},
    {"address": "::1", "in_bytes": 90, "out_bytes": 0}])"));
  const auto addresses = [this](const std::string& query) {
    return Addresses(
        List("/api/v1/meters?meter=campus&" + query, "meters")[0]["rows"]);
  };
  EXPECT_EQ(addresses("sort=in"), "::1 10.1.1.7 ");
  EXPECT_EQ(addresses("sort=out"), "10.1.1.7 ::1 ");
  EXPECT_EQ(addresses("sort=address&n=1"), "10.1.1.7 ");
  EXPECT_EQ(List("/api/v1/meters?meter=idle", "meters")[0]["rows"],
            json::array());
}

TEST_F(ApiEndpoints, FindAnAddressInEveryMeter) {
  const json meters = List("/api/v1/meters?address=10.1.1.7", "meters");
  ASSERT_EQ(meters.size(), 2U);
  EXPECT_EQ(meters[0]["rows"], json::parse(R"([
    {"address": "10.1.1.7", "in_bytes": 21, "out_bytes": 202}])"));
  EXPECT_EQ(meters[1]["rows"], json::array());
  EXPECT_EQ(List("/api/v1/meters?address=::1&meter=campus", "meters").size(),
            1U);
}

TEST_F(ApiEndpoints, AnswerBadQuestionsInTheEnvelope) {
  for (const char* url :
       {"/api/v1/subnets?n=1", "/api/v1/subnets?subnet=office",
        "/api/v1/subnets?a=%", "/api/v1/top?n=0", "/api/v1/top?n=1001",
        "/api/v1/top?n=-1", "/api/v1/top?n=1x", "/api/v1/top?subnet=10.1.1",
        "/api/v1/top?sort=in", "/api/v1/meters?sort=name&meter=campus",
        "/api/v1/meters?n=0&meter=campus", "/api/v1/meters?address=me",
        "/api/v1/meters?n=1", "/api/v1/meters?address=::1&sort=in",
        "/api/v1/meters?interface=eth0"}) {
    const HttpResponse response = Ask(url);
    EXPECT_EQ(response.status, 400) << url;
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_TRUE(response.body.starts_with(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\""))
        << response.body;
  }
  const HttpResponse response = Ask("/api/v1/meters?meter=gone");
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("\"not_found\""), std::string::npos);
}

TEST_F(ApiEndpoints, ShowHostsToThoseOnlyWhoMaySeeThem) {
  for (const char* url :
       {"/api/v1/top", "/api/v1/top?n=1", "/api/v1/meters?meter=campus",
        "/api/v1/meters?meter=gone", "/api/v1/meters?address=10.1.1.7"}) {
    const HttpResponse response = Ask(url, false);
    EXPECT_EQ(response.status, 403) << url;
    EXPECT_EQ(response.body, DetailsRefused(WebDetails::kLocal).body) << url;
  }
  for (const char* url : {"/api/v1/subnets", "/api/v1/meters"}) {
    const HttpResponse response = Ask(url, false);
    EXPECT_EQ(response.status, 200) << url;
    EXPECT_EQ(response.body.find("10.1.1.7"), std::string::npos) << url;
  }
}

TEST_F(ApiEndpoints, AreNotStoredByCaches) {
  for (const char* url :
       {"/api/v1/subnets", "/api/v1/top", "/api/v1/meters?meter=campus"}) {
    bool found = false;
    for (const auto& [name, value] : Ask(url).headers) {
      found = found || (name == "Cache-Control" && value == "no-store");
    }
    EXPECT_TRUE(found) << url;
  }
}

TEST_F(ApiEndpoints, SayThatNothingIsCountedAnyMore) {
  EndAccounting();
  for (const char* url : {"/api/v1/subnets", "/api/v1/top", "/api/v1/meters"}) {
    const HttpResponse response = Ask(url);
    EXPECT_EQ(response.status, 503) << url;
    EXPECT_EQ(json::parse(response.body)["errorType"], "unavailable");
  }
}

// Tables may be large: the second is not made before the first is written.
TEST_F(ApiEndpoints, MakesOneTableAtATime) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/api/v1/meters";
  request.query = "meter=campus";
  request.remote_address = "127.0.0.1";
  HttpResponse first = router_(request);
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(Ask("/api/v1/meters").status, 200);
  EXPECT_EQ(Ask("/api/v1/meters?meter=campus", false).status, 403);
  EXPECT_EQ(Ask("/api/v1/meters?meter=campus").status, 503);
  std::jthread reader([&first] {
    StringWriter body;
    first.stream(body);
    first = {};
  });
  EXPECT_EQ(Ask("/api/v1/meters?address=10.1.1.7").status, 200);
  EXPECT_EQ(Ask("/api/v1/meters?meter=campus").status, 200);
}

}  // namespace
}  // namespace ipband
