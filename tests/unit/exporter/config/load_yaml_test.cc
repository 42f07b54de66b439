// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_yaml.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;

Config YamlOf(const std::string& text) {
  Config config;
  Origins origins;
  LoadYaml({"f", text}, config, origins);
  return config;
}

std::string YamlError(const std::string& text) {
  return ErrorOf([&] { YamlOf(text); });
}

TEST(LoadYaml, AnEmptyFileChangesNothing) {
  for (const char* text : {"", "# comment\n", "capture:\nweb:\n", "{}"}) {
    const Config config = YamlOf(text);
    EXPECT_EQ(config.capture.interfaces,
              std::vector<InterfaceOptions>{InterfaceOptions{}});
    EXPECT_TRUE(config.accounting.local.automatic);
    EXPECT_EQ(config.web.telemetry_path, "/metrics");
  }
}

TEST(LoadYaml, ReadsCapture) {
  const CaptureOptions capture = YamlOf(R"(
capture:
  interfaces: [{name: eth0, filter: net 10.0.0.0/8}, "en*", "!veth*"]
  promiscuous: false
  snaplen: 68
  buffer: 2MiB
)")
                                     .capture;
  const std::vector<InterfaceOptions> expected = {
      {"eth0", "net 10.0.0.0/8"}, {"en*", ""}, {"!veth*", ""}};
  EXPECT_EQ(capture.interfaces, expected);
  EXPECT_FALSE(capture.promiscuous);
  EXPECT_EQ(capture.snaplen, 68);
  EXPECT_EQ(capture.buffer_bytes, 2u << 20);
}

TEST(LoadYaml, ReadsAccounting) {
  const AccountingOptions accounting = YamlOf(R"(
accounting:
  averaging_period: 10s
  length: ip
  length_adjustment: -4
  aggregate: {ipv4: 16, ipv6: 56}
  max_subnets: 10
  hosts: {enabled: false, max: 500, idle_timeout: 1h}
  connections: {max: 1024}
)")
                                           .accounting;
  EXPECT_EQ(accounting.averaging_period, seconds(10));
  EXPECT_EQ(accounting.length, LengthKind::kIp);
  EXPECT_EQ(accounting.length_adjustment, -4);
  EXPECT_EQ(accounting.aggregate_ipv4, 16);
  EXPECT_EQ(accounting.aggregate_ipv6, 56);
  EXPECT_EQ(accounting.max_subnets, 10u);
  EXPECT_FALSE(accounting.hosts.enabled);
  EXPECT_EQ(accounting.hosts.max, 500u);
  EXPECT_EQ(accounting.hosts.idle_timeout, seconds(3600));
  EXPECT_EQ(accounting.connections.max, 1024u);
}

TEST(LoadYaml, ALocalListReplacesAuto) {
  const LocalOptions local =
      YamlOf("accounting: {local: [10.0.0.0/8, 10.1.2]}").accounting.local;
  EXPECT_FALSE(local.automatic || local.any);
  EXPECT_EQ(local.ranges.size(), 2u);
  EXPECT_TRUE(
      YamlOf("accounting: {local: [auto, 10.1]}").accounting.local.automatic);
  EXPECT_TRUE(YamlOf("accounting: {local: [any]}").accounting.local.any);
}

TEST(LoadYaml, ReadsNamedSubnets) {
  const std::vector<SubnetOptions> subnets = YamlOf(R"(
accounting:
  subnets:
    - networks: [10.10.82.7/24, "2001:db8:82::/56"]
      name: branch 82
      threshold: 8Mbit/s
    - {networks: [10.10.83.0/24], threshold: none}
    - {networks: [10.10.84.0/24]}
)")
                                                 .accounting.subnets;
  ASSERT_EQ(subnets.size(), 3u);
  EXPECT_EQ(ToString(subnets[0].networks[0]), "10.10.82.0/24");
  EXPECT_EQ(ToString(subnets[0].networks[1]), "2001:db8:82::/56");
  EXPECT_EQ(subnets[0].name, "branch 82");
  EXPECT_DOUBLE_EQ(*subnets[0].threshold_bytes_per_second, 1e6);
  EXPECT_TRUE(std::isinf(*subnets[1].threshold_bytes_per_second));
  EXPECT_EQ(subnets[2].threshold_bytes_per_second, std::nullopt);
}

TEST(LoadYaml, ReadsThresholds) {
  const ThresholdOptions thresholds = YamlOf(R"(
thresholds:
  bandwidth: 7
  judge: either
  report_period: 10m
  clear: {bandwidth: 80%, after: 5m}
  exclude: [10.9.0.0/16, "2001:db8::/32"]
)")
                                          .thresholds;
  EXPECT_DOUBLE_EQ(*thresholds.bytes_per_second, 7168);
  EXPECT_EQ(thresholds.judge, Judge::kEither);
  EXPECT_EQ(thresholds.report_period, seconds(600));
  EXPECT_DOUBLE_EQ(thresholds.clear_share, 0.8);
  EXPECT_EQ(thresholds.clear_after, seconds(300));
  EXPECT_EQ(thresholds.exclude.size(), 2u);
}

TEST(LoadYaml, ReadsWeb) {
  const WebOptions web = YamlOf(R"(
web:
  listen_address: [":1", "[::1]:2", "unix:/run/x.sock"]
  telemetry_path: /m
)")
                             .web;
  const std::vector<std::string> expected = {":1", "[::1]:2",
                                             "unix:/run/x.sock"};
  EXPECT_EQ(web.listen_addresses, expected);
  EXPECT_EQ(web.telemetry_path, "/m");
}

TEST(LoadYaml, ReadsWhereTheProgramIsReachedAndWhoMayReadDetails) {
  const auto url = [](const std::string& text) {
    return YamlOf("web: {external_url: \"" + text + "\"}").web.external_url;
  };
  EXPECT_EQ(url("https://example.net/ipband/"), "https://example.net/ipband");
  EXPECT_EQ(url(""), "");
  const auto details = [](const std::string& word) {
    return YamlOf("web: {details: " + word + "}").web.details;
  };
  EXPECT_EQ(details("local"), WebDetails::kLocal);
  EXPECT_EQ(details("authenticated"), WebDetails::kAuthenticated);
  EXPECT_EQ(details("all"), WebDetails::kAll);
  EXPECT_EQ(details("off"), WebDetails::kOff);
}

TEST(LoadYaml, ReadsStorage) {
  const StorageOptions storage =
      YamlOf("storage: {path: /var/lib/x, checkpoint: 1m}").storage;
  EXPECT_EQ(storage.path, "/var/lib/x");
  EXPECT_EQ(storage.checkpoint, seconds(60));
}

TEST(LoadYaml, OnlyOverwritesWhatTheFileSets) {
  Config config;
  config.thresholds.bytes_per_second = 7;
  config.accounting.aggregate_ipv4 = 8;
  Origins origins;
  LoadYaml({"f", "accounting:\n  aggregate: {ipv6: 48}\n"}, config, origins);
  EXPECT_DOUBLE_EQ(*config.thresholds.bytes_per_second, 7);
  EXPECT_EQ(config.accounting.aggregate_ipv4, 8);
  EXPECT_EQ(config.accounting.aggregate_ipv6, 48);
  EXPECT_EQ(origins.at("accounting.aggregate.ipv6"), "f:2:21");
  EXPECT_FALSE(origins.contains("accounting.aggregate.ipv4"));
}

TEST(LoadYaml, MessagesNameThePlaceAndTheKey) {
  EXPECT_EQ(YamlError("accounting:\n  hosts: {max: 0}\n"),
            "f:2:16: accounting.hosts.max: \"0\" is out of range; allowed: 1 "
            "to 10000000");
  EXPECT_EQ(YamlError("accounting:\n  host: {max: 5}\n"),
            "f:2:3: accounting: unknown key \"host\"; did you mean hosts? "
            "allowed: averaging_period, length, length_adjustment, aggregate, "
            "local, subnets, max_subnets, hosts, connections");
}

TEST(LoadYaml, TheFirstMistakeIsTheOneNamed) {
  EXPECT_TRUE(YamlError("web: {x: 1}\ncapture: {y: 1}\n").starts_with("f:1:7"));
}

TEST(LoadYaml, AnotherKindOfFileIsRefusedWithAHint) {
  EXPECT_EQ(YamlError("interface eth0\nreport 300\n"),
            "f:1:1: the file holds no map of sections; allowed: YAML like "
            "\"accounting: {averaging_period: 60s}\" (an ipband.conf is read "
            "with -c)");
}

TEST(LooksLikeYaml, IfTheFirstLineThatSaysSomethingIsADocumentOrAKey) {
  for (const char* text : {"---", "--- # x\n", "{}", "capture:",
                           "capture: {}\n", "# comment\n\n  \t\r\ncapture:\r\n",
                           "\n# x\n---\r\n", "a_B: 1", "capture:   \n"}) {
    EXPECT_TRUE(LooksLikeYaml(text)) << text;
  }
}

TEST(LooksLikeYaml, NotOtherwise) {
  for (const char* text :
       {"", "\n", "# capture:\n", "interface eth0", "interface=eth0",
        "interface eth0\ncapture:\n", " capture:", "interface:eth0", ":",
        "web2: 1", "----", "subnet 10.0.0.0 bandwidth: 7"}) {
    EXPECT_FALSE(LooksLikeYaml(text)) << text;
  }
}

}  // namespace
}  // namespace ipband
