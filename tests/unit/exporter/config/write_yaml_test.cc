// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/write_yaml.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "exporter/config/load_ipband.h"
#include "exporter/config/load_meters.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/log_rule.h"
#include "exporter/config/text_file.h"
#include "tests/unit/exporter/config/random_config.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

Config ReadAgain(const std::string& yaml) {
  Config config;
  Origins origins;
  LoadYaml({"test.yml", yaml}, config, origins);
  return config;
}

TEST(WriteYaml, OfTheDefaultsIsNothing) { EXPECT_EQ(WriteYaml(Config()), ""); }

TEST(WriteYaml, SpellsOutWhereCompatibilityDiffers) {
  EXPECT_EQ(WriteYaml(IpbandDefaults()),
            "accounting:\n"
            "  local: [any]\n"
            "thresholds:\n"
            "  bandwidth: 7KiB/s\n"
            "reports:\n"
            "  text: ipband.txt\n"
            "  top: 0\n"
            "  mail:\n"
            "    command: \"/usr/sbin/sendmail -t -oi\"\n"
            "    repeat: 0s\n");
}

TEST(WriteYaml, NamesSubnetsWithTheirThresholds) {
  Config config;
  config.accounting.subnets = {
      {{*ParsePrefix("10.1.0.0/16"), *ParsePrefix("2001:db8::/32")},
       "branch 82",
       1.25e6},
      {{*ParsePrefix("10.2.0.0/16")},
       "",
       std::numeric_limits<double>::infinity()},
      {{*ParsePrefix("10.3.0.0/16")}, "", {}}};
  const std::string yaml =
      "accounting:\n"
      "  subnets:\n"
      "    - networks: [10.1.0.0/16, \"2001:db8::/32\"]\n"
      "      name: \"branch 82\"\n"
      "      threshold: 10Mbit/s\n"
      "    - networks: [10.2.0.0/16]\n"
      "      threshold: none\n"
      "    - networks: [10.3.0.0/16]\n";
  EXPECT_EQ(WriteYaml(config), yaml);
  EXPECT_EQ(ReadAgain(yaml), config);
}

TEST(WriteYaml, SpellsOutMeters) {
  Config config;
  MeterConfig& plain = config.meters.emplace_back();
  plain.meter.name = "1";
  plain.meter.rules = {LogRule()};
  MeterConfig& other = config.meters.emplace_back();
  other.meter.name = "campus";
  other.meter.interfaces = {"eth0", "wl*"};
  other.meter.rules = {ParseLogRule("LOG FROM 10.1.0.0/16 NOT WITH 10.0.0.0/8"),
                       ParseLogRule("LOG NONE 10.0.0.1/255.0.0.255")};
  other.meter.dump = {std::chrono::hours(1), std::chrono::minutes(5)};
  SetClearGrid(std::chrono::hours(24), std::chrono::hours(2), other.meter);
  other.meter.max_series = 0;
  other.dump = {.file = "/var/log/%d b",
                .mode = DumpMode::kAppend,
                .sort = DumpSort::kTotal,
                .local_time = false};
  const std::string yaml =
      "meters:\n"
      "  - name: \"1\"\n"
      "    rules:\n"
      "      - \"LOG BOTH\"\n"
      "  - name: campus\n"
      "    interfaces: [eth0, \"wl*\"]\n"
      "    rules:\n"
      "      - \"LOG FROM 10.1.0.0/16 NOT WITH 10.0.0.0/8\"\n"
      "      - \"LOG NONE 10.0.0.1/255.0.0.255\"\n"
      "    dump:\n"
      "      every: 1h\n"
      "      after: 5m\n"
      "      file: \"/var/log/%d b\"\n"
      "      mode: append\n"
      "    clear:\n"
      "      every: 1d\n"
      "      after: 2h\n"
      "    sort: total\n"
      "    local_time: false\n"
      "    metrics:\n"
      "      max: 0\n";
  EXPECT_EQ(WriteYaml(config), yaml);
  EXPECT_TRUE(ReadAgain(yaml) == config);
}

TEST(WriteYaml, PutsCommentsToTheirKeys) {
  const std::string yaml =
      WriteYaml(Config(), {{"", {"of all"}}, {"reports.html", {"of a key"}}});
  EXPECT_EQ(yaml, "# of all\nreports:\n  # of a key\n");
  EXPECT_EQ(ReadAgain(yaml), Config());
}

TEST(WriteYaml, RefusesTextThatIsNotUtf8) {
  Config config;
  config.reports.html_title = "B\xfcro";
  EXPECT_NE(BadValueOf([&] { WriteYaml(config); }), "");
}

TEST(WriteYaml, KeepsWhatEveryGoodFileSays) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(IPBAND_TEST_CONFIG_FOLDER)) {
    const std::string name = entry.path();
    if (!name.ends_with(".good.yml")) continue;
    SCOPED_TRACE(name);
    const Config config = ReadAgain(ReadTextFile(name).text);
    EXPECT_TRUE(ReadAgain(WriteYaml(config)) == config) << WriteYaml(config);
    ++files;
  }
  EXPECT_GE(files, 10);
}

TEST(WriteYaml, IsReadAsTheSame) {
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 3000; ++i) {
    const Config config = RandomConfig(random);
    const std::string yaml = WriteYaml(config);
    Config read;
    ASSERT_NO_THROW(read = ReadAgain(yaml)) << yaml;
    ASSERT_TRUE(read == config) << yaml << "\nbecame\n" << WriteYaml(read);
    ASSERT_EQ(WriteYaml(read), yaml);
  }
}

}  // namespace
}  // namespace ipband
