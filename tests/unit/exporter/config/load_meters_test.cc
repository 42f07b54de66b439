// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_meters.h"

#include <gtest/gtest.h>

#include "exporter/config/load_yaml.h"
#include "exporter/config/log_rule.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Words = std::vector<std::string>;

std::vector<MeterConfig> LoadAll(const std::string& text) {
  Config config;
  Origins origins;
  LoadYaml({"f", text}, config, origins);
  return config.meters;
}

MeterConfig MeterOf(const std::string& keys) {
  return LoadAll("meters: [{name: a, rules: [LOG], " + keys + "}]\n").front();
}

std::string MeterError(const std::string& keys) {
  return ErrorOf([&] { MeterOf(keys); });
}

TEST(LoadMeters, ThereAreNoneByDefault) {
  EXPECT_TRUE(LoadAll("meters: []\n").empty());
}

TEST(LoadMeters, NothingSaidIsIpfmsDefault) {
  const MeterConfig meter =
      LoadAll("meters: [{name: a, rules: [LOG]}]").front();
  EXPECT_EQ(meter.meter.name, "a");
  EXPECT_EQ(meter.meter.rules, std::vector<LogRule>{LogRule{}});
  EXPECT_EQ(meter.meter.dump.every, hours(24));
  EXPECT_EQ(meter.meter.clear, MeterClear::kAlways);
  EXPECT_EQ(meter.dump, DumpOptions{});
}

TEST(LoadMeters, ReadsEveryKey) {
  const MeterConfig meter = MeterOf(
      "interfaces: [eth0, 'en*'], length: frame, require_checksum: true, "
      "dump: {every: 1h, after: 5m, file: x/%d, mode: append, format: csv, "
      "name_by: start}, clear: never, sort: total, resolve: true, "
      "local_time: false, max_hosts: 7, metrics: {max: 0}");
  EXPECT_EQ(meter.meter.interfaces, (Words{"eth0", "en*"}));
  EXPECT_EQ(meter.meter.length, LengthKind::kFrame);
  EXPECT_TRUE(meter.meter.require_checksum);
  EXPECT_EQ(meter.meter.dump, (MeterGrid{hours(1), seconds(300)}));
  EXPECT_EQ(meter.meter.clear, MeterClear::kNever);
  EXPECT_EQ(meter.meter.max_hosts, 7u);
  EXPECT_EQ(meter.meter.max_series, 0u);
  EXPECT_EQ(meter.dump,
            (DumpOptions{"x/%d", DumpMode::kAppend, DumpFormat::kCsv,
                         DumpNameBy::kStart, DumpSort::kTotal, true, false}));
}

// ipfm: a clear's AFTER counts from the dump's.
TEST(LoadMeters, ClearsAtTimesOfDumps) {
  const MeterConfig meter =
      MeterOf("clear: {every: 15s, after: 5s}, dump: {every: 5s, after: 2s}");
  EXPECT_EQ(meter.meter.clear, MeterClear::kEvery);
  EXPECT_EQ(meter.meter.clear_grid, (MeterGrid{seconds(15), seconds(7)}));
}

TEST(LoadMeters, RefusesClearingBetweenDumps) {
  EXPECT_EQ(MeterError("clear: {every: 25h}"),
            "f:1:10: meters: meter \"a\": the clear period (1d1h) is no "
            "multiple of the dump period (1d); allowed: 1d times a whole "
            "number");
  EXPECT_EQ(MeterError("dump: {every: 1m}, clear: {every: 2m, after: 30s}"),
            "f:1:10: meters: meter \"a\": the clear delay (30s) is no multiple "
            "of the dump period (1m); allowed: 1m times a whole number");
  EXPECT_NE(MeterError("clear: {after: 24h}"), "");
  EXPECT_NE(MeterError("clear: sometimes"), "");
}

TEST(LoadMeters, NeedsANameAndRules) {
  EXPECT_EQ(ErrorOf([] { LoadAll("meters: [{rules: [LOG]}]"); }),
            "f:1:10: meters: a meter has no name; allowed: {name: campus, "
            "rules: [LOG]}");
  EXPECT_EQ(ErrorOf([] { LoadAll("meters: [{name: a}]"); }),
            "f:1:10: meters: meter \"a\" has no rules, so it counts nothing; "
            "allowed: {name: campus, rules: [LOG]}");
}

TEST(LoadMeters, RefusesANameTwice) {
  EXPECT_EQ(ErrorOf([] {
              LoadAll(
                  "meters:\n  - {name: a, rules: [LOG]}\n"
                  "  - {name: a, rules: [LOG]}\n");
            }),
            "f:3:12: meter \"a\" is named twice, here and in f:2:12; allowed: "
            "every name once");
}

TEST(LoadMeters, RefusesValuesOutOfRange) {
  EXPECT_NE(MeterError("dump: {every: 0s}"), "");
  EXPECT_NE(MeterError("dump: {file: ''}"), "");
  EXPECT_NE(MeterError("dump: {file: 'x/'}"), "");
  EXPECT_NE(MeterError("dump: {file: \"a\\nb\"}"), "");
  EXPECT_NE(MeterError("max_hosts: 0"), "");
  EXPECT_NE(MeterError("metrics: {max: 1000001}"), "");
  EXPECT_NE(MeterError("interfaces: ['!veth*']"), "");
  EXPECT_NE(MeterError("interfaces: [default]"), "");
}

TEST(LoadMeters, HoldsSoManyRulesAndMeters) {
  std::string rules = "LOG";
  for (int i = 1; i < 4096; ++i) rules += ", LOG";
  EXPECT_EQ(LoadAll("meters: [{name: a, rules: [" + rules + "]}]").size(), 1u);
  EXPECT_NE(ErrorOf([&] {
              LoadAll("meters: [{name: a, rules: [" + rules + ", LOG]}]");
            }),
            "");
  std::string meters;
  for (int i = 0; i < 64; ++i) {
    meters += "{name: m" + std::to_string(i) + ", rules: [LOG]}, ";
  }
  EXPECT_EQ(LoadAll("meters: [" + meters + "]").size(), 64u);
  EXPECT_NE(ErrorOf([&] {
              LoadAll("meters: [" + meters + "{name: x, rules: [LOG]}]");
            }),
            "");
}

TEST(LoadMeters, TellsOfFilesThatReplaceEachOther) {
  MeterConfig a;
  a.meter.name = "a";
  MeterConfig b = a;
  b.meter.name = "b";
  const Origins origins = {{"meters[b]", "f:2"}};
  EXPECT_EQ(SharedFiles({a, b}, origins),
            Words{"f:2: meters \"a\" and \"b\" both write "
                  "\"/var/log/ipfm/%d-%b.%H-%M\", where one replaces the "
                  "other's dumps; give each a file"});
  a.dump.mode = b.dump.mode = DumpMode::kAppend;
  EXPECT_TRUE(SharedFiles({a, b}, origins).empty());
  b.dump.mode = DumpMode::kReplace;
  b.dump.file = "other";
  EXPECT_TRUE(SharedFiles({a, b}, origins).empty());
}

TEST(LoadMeters, TellsOfFromAndToOfOneHost) {
  const auto hidden = [](const std::string& rules) {
    Config config;
    Origins origins;
    LoadYaml({"f", "meters:\n- {name: b, rules: [LOG TO]}\n- rules: [" + rules +
                       "]\n  name: a\n"},
             config, origins);
    return HiddenRules(config.meters, origins);
  };
  EXPECT_EQ(hidden("LOG FROM 10.0.0.1, LOG, LOG TO 10.0.0.1/32"),
            Words{"f:3:11: this LOG FROM has no effect: the LOG TO of the same "
                  "host in f:3:35 decides for both directions; LOG BOTH counts "
                  "both"});
  EXPECT_EQ(hidden("LOG TO WITH 10.0.0.1, LOG FROM, LOG TO").size(), 2u);
  for (const char* fine :
       {"LOG FROM 10.0.0.1, LOG TO 10.0.0.2", "LOG TO 1.2.3.4, LOG 1.2.3.4",
        "LOG FROM, LOG FROM", "LOG FROM, LOG TO NOT WITH",
        "LOG FROM, LOG TO WITH 10.0.0.1", "LOG FROM"}) {
    EXPECT_EQ(hidden(fine), Words{}) << fine;
  }
}

TEST(LoadMeters, AFileMayHoldMetersOnly) {
  Config config;
  Origins origins;
  LoadYamlMeters({"f", "meters: [{name: a, rules: [LOG]}]"}, config, origins);
  EXPECT_EQ(config.meters.size(), 1u);
  EXPECT_EQ(ErrorOf([&] {
              LoadYamlMeters({"f", "web: {}\n"}, config, origins);
            }),
            "f:1:1: unknown key \"web\"; allowed: meters");
}

}  // namespace
}  // namespace ipband
