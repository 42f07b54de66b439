// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/report_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "exporter/report/report_id.h"
#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();

Report FullReport() {
  Report report = SampleReport();
  report.name = "branch 82";
  report.detail_since += 1;
  report.bandwidth = 4096.1;
  report.dropped_packets = 17;
  report.connections = {
      SampleConnection("10.1.1.9", 4001, "10.2.2.2", 80, 6, 16384),
      SampleConnection("10.1.1.1", 0, "2001:db8::1", 0, 253, 100)};
  report.others = {.connections = 3, .bytes = 2560, .packets = 9};
  report.omitted_connections = 5;
  report.omitted_bytes = 500;
  return report;
}

std::string JsonOf(const Report& report, const HostNameMap& names = {}) {
  ServiceNames services;
  return ReportJson(report, ReportId(report), services, names);
}

TEST(ReportJson, IsOneLineWithEverythingInIt) {
  const TimeZone zone("Asia/Tokyo");
  const std::string json =
      JsonOf(FullReport(), {{ParseAddress("10.1.1.9").value(), "pc9"}});
  EXPECT_EQ(
      json,
      R"({"id":"20261121T202915Z-eth0-10.1.1.0_24","interface":"eth0",)"
      R"("subnet":"10.1.1.0/24","name":"branch 82",)"
      R"("time":"2026-11-21T20:29:15Z","start":"2026-11-21T20:29:11Z",)"
      R"("since":"2026-11-21T20:29:11Z","until":"2026-11-21T20:29:15Z",)"
      R"("detail_since":"2026-11-21T20:29:12Z",)"
      R"("threshold_bytes_per_second":2048.0,)"
      R"("bandwidth_bytes_per_second":4096.1,"exceeded_seconds":4,)"
      R"("accumulated_seconds":12,"accumulated_percent":50.0,)"
      R"("accumulated_since":"2026-11-21T20:28:51Z","dropped_packets":17,)"
      R"("omitted_connections":5,"omitted_bytes":500,)"
      R"("others":{"connections":3,"bytes":2560,"packets":9},)"
      R"("connections":[{"protocol":"tcp","protocol_number":6,)"
      R"("service":"http",)"
      R"("from":{"address":"10.1.1.9","port":4001,"bytes":12288,)"
      R"("name":"pc9"},)"
      R"("to":{"address":"10.2.2.2","port":80,"bytes":4096},"packets":2,)"
      R"("first_seen":"2026-11-21T20:29:12Z",)"
      R"("last_seen":"2026-11-21T20:29:14Z"},)"
      R"({"protocol":"253","protocol_number":253,"service":"",)"
      R"("from":{"address":"10.1.1.1","port":0,"bytes":75},)"
      R"("to":{"address":"2001:db8::1","port":0,"bytes":25},"packets":2,)"
      R"("first_seen":"2026-11-21T20:29:12Z",)"
      R"("last_seen":"2026-11-21T20:29:14Z"}]})"
      "\n");
}

TEST(ReportJson, WritesWholeNamesOfServices) {
  Report report = SampleReport();
  report.connections = {
      SampleConnection("10.1.1.1", 40000, "10.2.2.18", 10051, 6, 1)};
  EXPECT_NE(JsonOf(report).find(R"("service":"zabbix-trapper")"),
            std::string::npos);
}

TEST(ReportJson, EscapesNames) {
  Report report = SampleReport();
  report.name = "a\"b\\c\nd\xff";
  const auto json = nlohmann::json::parse(JsonOf(report));
  EXPECT_EQ(json.at("name"), "a\"b\\c\nd\xef\xbf\xbd");
}

TEST(ReportJson, HasAnEmptyListWithoutConnections) {
  const auto json = nlohmann::json::parse(JsonOf(SampleReport()));
  EXPECT_TRUE(json.at("connections").is_array());
  EXPECT_TRUE(json.at("connections").empty());
}

// All of a report can be seen in what is written, so comparing that compares
// the reports.
TEST(ParseReportJson, GivesBackWhatWasWritten) {
  Report large = FullReport();
  large.exceeded_seconds = large.accumulated_seconds = kLargest;
  large.dropped_packets = large.omitted_bytes = kLargest - 1;
  large.others = {kLargest, kLargest - 2, (uint64_t{1} << 53) + 1};
  large.connections[0].from_bytes = kLargest;
  large.connections[0].to_bytes = kLargest - 3;
  large.connections[1].packets = kLargest;
  large.connections[1].protocol = 255;
  large.connections[1].from_port = 65535;
  large.bandwidth = 0.1 + 0.2;
  for (const Report& report : {SampleReport(), FullReport(), large}) {
    const std::string json = JsonOf(report);
    const std::optional<StoredReport> stored = ParseReportJson(json);
    ASSERT_TRUE(stored) << json;
    EXPECT_EQ(stored->id, ReportId(report));
    EXPECT_EQ(JsonOf(stored->report), json);
    EXPECT_EQ(stored->names.size(), report.connections.size());
  }
}

TEST(ParseReportJson, GivesBackTheNamesOfThatTime) {
  const Address host = ParseAddress("10.1.1.9").value();
  const auto stored = ParseReportJson(JsonOf(FullReport(), {{host, "pc9"}}));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->host_names, (HostNameMap{{host, "pc9"}}));
  ASSERT_EQ(stored->names.size(), 2U);
  EXPECT_EQ(stored->names[0].protocol, "tcp");
  EXPECT_EQ(stored->names[0].service, "http");
  EXPECT_EQ(stored->names[1].protocol, "253");
  EXPECT_EQ(stored->names[1].service, "");
}

TEST(ParseReportJson, PassesOverKeysOfLaterVersions) {
  auto json = nlohmann::json::parse(JsonOf(FullReport()));
  json["later"] = {{"packets", {{"bytes", 1}}}};
  json["connections"][0]["dscp"] = 46;
  const auto stored = ParseReportJson(json.dump());
  ASSERT_TRUE(stored);
  EXPECT_EQ(JsonOf(stored->report), JsonOf(FullReport()));
}

// Tries the value in the place of each key of the object, and the object
// without the key. `whole` holds the object.
void ExpectRefused(nlohmann::json& whole, nlohmann::json& object,
                   const nlohmann::json& value,
                   const std::vector<std::string>& exempt) {
  const nlohmann::json before = object;
  for (const auto& [key, good] : before.items()) {
    if (std::find(exempt.begin(), exempt.end(), key) != exempt.end()) continue;
    object[key] = value;
    EXPECT_FALSE(ParseReportJson(whole.dump())) << whole.dump();
    object.erase(key);
    EXPECT_FALSE(ParseReportJson(whole.dump())) << whole.dump();
    object = before;
  }
  EXPECT_TRUE(ParseReportJson(whole.dump()));
}

TEST(ParseReportJson, RefusesAnythingOfAnotherType) {
  auto whole = nlohmann::json::parse(JsonOf(FullReport()));
  for (const nlohmann::json& value :
       std::vector<nlohmann::json>{nullptr, true, -1, nlohmann::json::object(),
                                   nlohmann::json::array(), "\n\xef\xbf\xbd"}) {
    // What follows from other keys is not read.
    std::vector<std::string> exempt = {"since", "until", "accumulated_percent",
                                       "interface", "name"};
    if (value.is_array()) exempt.emplace_back("connections");
    ExpectRefused(whole, whole, value, exempt);
    ExpectRefused(whole, whole["others"], value, {});
    nlohmann::json& connection = whole["connections"][0];
    ExpectRefused(whole, connection, value, {"protocol", "service"});
    ExpectRefused(whole, connection["from"], value, {});
  }
  for (const char* key : {"interface", "name"}) {
    auto other = whole;
    other[key] = 1;
    EXPECT_FALSE(ParseReportJson(other.dump())) << key;
    other[key] = std::string(5000, 'x');
    EXPECT_FALSE(ParseReportJson(other.dump())) << key;
  }
}

TEST(ParseReportJson, RefusesNumbersThatDoNotFit) {
  const auto whole = nlohmann::json::parse(JsonOf(FullReport()));
  const auto with = [&](const char* pointer, const nlohmann::json& value) {
    auto other = whole;
    other[nlohmann::json::json_pointer(pointer)] = value;
    return ParseReportJson(other.dump());
  };
  EXPECT_FALSE(with("/connections/0/from/port", 65536));
  EXPECT_FALSE(with("/connections/0/protocol_number", 256));
  EXPECT_FALSE(with("/connections/0/packets", 1.5));
  EXPECT_FALSE(with("/omitted_bytes", 1e30));
  EXPECT_FALSE(with("/threshold_bytes_per_second", -0.5));
  EXPECT_FALSE(with("/subnet", "10.1.1.1/24"));
  EXPECT_FALSE(with("/id", "../../etc/passwd"));
  EXPECT_FALSE(with("/connections/0/from/name", "two words"));
}

TEST(ParseReportJson, RefusesWhatIsNoReport) {
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[]"),
        std::string("{}"), std::string("{\"connections\":[{}]}"),
        std::string("{\"connections\":{\"bytes\":{\"bytes\":1}}}"),
        std::string("{\"connections\":[1]}"),
        std::string("{\"connections\":[[]]}"), std::string("\"\xff\""),
        std::string("{\"id\":1e999}"), std::string(1, '\0'),
        std::string("<html>")}) {
    EXPECT_FALSE(ParseReportJson(text)) << text;
  }
}

TEST(ParseReportJson, RefusesAReportThatWasCutOff) {
  const std::string json = JsonOf(FullReport());
  for (size_t length = 0; length + 1 < json.size(); ++length) {
    ASSERT_FALSE(ParseReportJson(json.substr(0, length))) << length;
  }
  EXPECT_FALSE(ParseReportJson(json + json));
}

std::string Repeated(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Each of these would take minutes or gigabytes if it were kept.
TEST(ParseReportJson, IsQuickWithLargeDocumentsThatAreNoReport) {
  constexpr size_t kMany = 1'000'000;
  for (const std::string& text :
       {Repeated("[", kMany), "{\"connections\":" + Repeated("[", kMany),
        Repeated("{\"from\":", kMany), Repeated("{\"x\":", kMany),
        "{\"x\":[" + Repeated("{},", kMany) + "{}]}",
        "{\"connections\":[" + Repeated("{},", kMany) + "{}]}",
        "{\"others\":{\"x\":[" + Repeated("{},", kMany) + "{}]}}",
        "{" + Repeated("\"x\":{},", kMany) + "\"x\":{}}"}) {
    EXPECT_FALSE(ParseReportJson(text)) << text.substr(0, 40);
  }
  EXPECT_FALSE(ParseReportJson(JsonOf(SampleReport()) +
                               std::string(kMaxReportJson, ' ')));
}

}  // namespace
}  // namespace ipband
