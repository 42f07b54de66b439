// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/exporter/dump/sample_dump.h"

namespace ipband {
namespace {

TEST(DumpJson, IsOneLine) {
  DumpPage page = PageOf(
      {.rows = {RowOf("10.0.0.1", 50, 300), RowOf("2001:db8::1", 0, 7)},
       .not_shown = {.hosts = 2, .more_hosts = true, .in = 3, .out = 4}});
  page.dump.interfaces = {"eth0", "eth1"};
  page.names = {{ParseAddress("10.0.0.1").value(), "alpha"}};
  EXPECT_EQ(
      DumpJson(page),
      R"({"meter":"campus","start":"2026-11-21T00:00:00Z",)"
      R"("end":"2026-11-22T00:00:00Z","scheduled":true,)"
      R"("interfaces":["eth0","eth1"],"hosts":[)"
      R"({"address":"10.0.0.1","name":"alpha","in_bytes":50,"out_bytes":300},)"
      R"({"address":"2001:db8::1","in_bytes":0,"out_bytes":7}],)"
      R"("not_shown":{"hosts":2,"more_hosts":true,"in_bytes":3,"out_bytes":4}})"
      "\n");
}

TEST(DumpJson, OfAnEmptyTableHasNoHosts) {
  const auto json = nlohmann::json::parse(DumpJson(PageOf({})));
  EXPECT_EQ(json["hosts"], nlohmann::json::array());
  EXPECT_EQ(json["not_shown"]["hosts"], 0);
}

TEST(DumpJson, IsValidWhateverTheNames) {
  DumpPage page = PageOf({.rows = {RowOf("10.0.0.1", 1, 2)}, .not_shown = {}});
  page.dump.scheduled = false;
  page.dump.meter = "a\"\\\n\x01";
  page.dump.interfaces = {"\xff"};
  page.names = {{ParseAddress("10.0.0.1").value(), "\"\xc3"}};
  const std::string line = DumpJson(page);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["meter"], "a\"\\\n\x01");
  EXPECT_EQ(json["scheduled"], false);
  EXPECT_EQ(json["interfaces"][0], "\xef\xbf\xbd");
  EXPECT_EQ(json["hosts"][0]["name"], "\"\xef\xbf\xbd");
}

}  // namespace
}  // namespace ipband
