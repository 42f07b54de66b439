// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/write_yaml.h"

#include <gtest/gtest.h>

#include <limits>

#include "exporter/config/load_ipband.h"
#include "exporter/config/load_yaml.h"
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
