// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/validate.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;

TEST(Validate, TheDefaultsAreGood) {
  EXPECT_EQ(ErrorOf([] { Validate(Config{}, {}); }), "");
}

TEST(Validate, TheReportPeriodMayEqualTheAveragingPeriod) {
  Config config;
  config.accounting.averaging_period = seconds(300);
  EXPECT_EQ(ErrorOf([&] { Validate(config, {}); }), "");
}

TEST(Validate, AShorterReportPeriodIsBlamedWhereItWasSet) {
  Config config;
  config.thresholds.report_period = seconds(30);
  const Origins origins{{"thresholds.report_period", "a.yml:2:3"},
                        {"accounting.averaging_period", "a.yml:1:1"}};
  EXPECT_EQ(ErrorOf([&] { Validate(config, origins); }),
            "a.yml:2:3: the report period (30s) is shorter than the averaging "
            "period (1m); allowed: 1m or more");
}

TEST(Validate, ALongerAveragingPeriodIsBlamedIfOnlyItWasSet) {
  Config config;
  config.accounting.averaging_period = seconds(600);
  const Origins origins{{"accounting.averaging_period", "-a"}};
  EXPECT_EQ(ErrorOf([&] { Validate(config, origins); }),
            "ipband_exporter: error: -a: the report period (5m) is shorter "
            "than the averaging period (10m); allowed: 5m or less");
}

TEST(Validate, AnInterfaceIsNamedOnce) {
  Config config;
  config.capture.interfaces = {{"eth0", ""}, {"eth1", ""}, {"eth0", "ip"}};
  EXPECT_EQ(ErrorOf([&] {
              Validate(config, {{"capture.interfaces", "a.yml:2:3"}});
            }),
            "a.yml:2:3: interface \"eth0\" is named twice; allowed: every "
            "interface once");
}

TEST(Validate, SomeInterfaceIsNotTakenAway) {
  Config config;
  config.capture.interfaces = {{"!eth0", ""}};
  EXPECT_EQ(ErrorOf([&] { Validate(config, {}); }),
            "ipband_exporter: error: every interface name takes some away; "
            "allowed: at least one name without ! before it");
}

TEST(Validate, AFileIsWrittenByOneOnly) {
  Config config;
  config.reports.text = config.reports.html = "/tmp/a";
  EXPECT_EQ(
      ErrorOf([&] {
        Validate(config, {{"reports.html", "-w"}});
      }),
      "ipband_exporter: error: -w: reports.text and reports.html are both "
      "\"/tmp/a\"; allowed: a file for each");
  EXPECT_EQ(
      ErrorOf([&] {
        Validate(config, {{"reports.text", "a.conf:3"}});
      }),
      "a.conf:3: reports.text and reports.html are both \"/tmp/a\"; allowed: "
      "a file for each");
  config.reports.html = "/tmp/b";
  config.reports.json = "/tmp/b";
  EXPECT_NE(ErrorOf([&] { Validate(config, {}); }), "");
}

TEST(Validate, StandardOutputMayBeShared) {
  Config config;
  config.reports.text = config.reports.json = config.reports.html = "-";
  EXPECT_EQ(ErrorOf([&] { Validate(config, {}); }), "");
}

}  // namespace
}  // namespace ipband
