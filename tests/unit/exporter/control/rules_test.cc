// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Neither an ipband.conf nor a storage that this machine may happen to have.
const SystemPlaces kNowhere = {"/nowhere/ipband.conf", {"", "/nowhere"}};

std::string AlertsFile(const std::string& name) {
  std::ifstream file(IPBAND_TEST_ALERTS_FOLDER "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string RulesFor(const ThresholdOptions& thresholds) {
  Config config;
  config.thresholds = thresholds;
  return PromqlRules(config, "a test");
}

std::string RulesOfFile(const std::string& text) {
  const TempFile file(text);
  return Rules({.promql = true, .config_file = file.path()}, kNowhere);
}

TEST(Rules, AreTheShippedFileByteByByte) {
  const std::string shipped = AlertsFile("ipband.rules.yml");
  ASSERT_THAT(shipped, HasSubstr("alert: IpbandSubnetReported"));
  EXPECT_EQ(Rules({}, kNowhere), shipped);
}

TEST(Rules, OfTheDefaultsAreTheFileInAlerts) {
  const std::string rules = Rules({.promql = true}, kNowhere);
  EXPECT_EQ(rules, AlertsFile("ipband-promql.rules.yml"));
  EXPECT_THAT(rules, HasSubstr("\n    interval: 15s\n"));
  EXPECT_THAT(rules, HasSubstr("\n        for: 5m30s\n"));
}

TEST(Rules, LeaveNoMarkUnfilled) {
  ThresholdOptions thresholds;
  EXPECT_THAT(RulesFor(thresholds), Not(HasSubstr("@")));
  thresholds.clear_share = 0.5;
  thresholds.clear_after = seconds(90);
  EXPECT_THAT(RulesFor(thresholds), Not(HasSubstr("@")));
}

TEST(Rules, HaveThePeriodsOfTheConfiguration) {
  const std::string rules = RulesOfFile(
      "accounting: {averaging_period: 90s}\n"
      "thresholds: {report_period: 1h}\n");
  EXPECT_THAT(rules, HasSubstr("averaging_period 1m30s, report_period 1h.\n"));
  EXPECT_THAT(rules, HasSubstr("\n          last_over_time("
                               "ipband_subnet_bandwidth_bytes_per_second[6m])\n"
                               "            >= last_over_time("
                               "ipband_subnet_threshold_bytes_per_second[6m])\n"
                               "        for: 1h45s\n"));
  EXPECT_THAT(rules, HasSubstr("\n    interval: 15s\n"));
}

TEST(Rules, AreEvaluatedAtLeastOnceAnAveragingPeriod) {
  EXPECT_THAT(RulesOfFile("accounting: {averaging_period: 6s}\n"
                          "thresholds: {report_period: 30s}\n"),
              HasSubstr("\n    interval: 6s\n"));
}

TEST(Rules, HaveThePeriodsOfAnIpbandConf) {
  const std::string rules = RulesOfFile("average 30\nreport 600\n");
  EXPECT_THAT(rules, HasSubstr("[2m]"));
  EXPECT_THAT(rules, HasSubstr("\n        for: 10m15s\n"));
}

TEST(Rules, AreTheSameWhateverIsJudged) {
  EXPECT_EQ(RulesFor({.judge = Judge::kEither}), RulesFor({}));
  ThresholdOptions excluding;
  excluding.exclude.emplace_back();
  EXPECT_EQ(RulesFor(excluding), RulesFor({}));
}

TEST(Rules, KeepFiringUntilTheWatchWouldEnd) {
  const std::string rules =
      RulesOfFile("thresholds: {clear: {bandwidth: 80%, after: 90s}}\n");
  EXPECT_THAT(rules, HasSubstr("\n        keep_firing_for: 1m30s\n"));
  EXPECT_THAT(rules, HasSubstr("# - thresholds.clear.bandwidth"));
  EXPECT_THAT(rules, HasSubstr("# - thresholds.clear.after"));
  EXPECT_THAT(RulesFor({}), Not(HasSubstr("keep_firing_for")));
}

TEST(Rules, ACommentStaysOnItsLine) {
  const std::string rules = PromqlRules(Config(), "a\nb: @notes@ \xff.yml");
  EXPECT_THAT(rules, HasSubstr("; made from a?b: @notes@ \\xff.yml:\n"));
}

TEST(Rules, OfAMistakenConfigurationAreNone) {
  EXPECT_THAT(ErrorOf([] { RulesOfFile("thresholds: {judge: all}\n"); }),
              HasSubstr(":1:21: thresholds.judge: "));
}

TEST(Rules, NeedPromqlForAConfiguration) {
  EXPECT_EQ(ErrorOf([] { Rules({.config_file = "a.yml"}, kNowhere); }),
            "ipband_exporter: error: --config.file goes with --promql; the "
            "shipped rules fit every configuration");
}

TEST(Rules, AreOfAKnownFormat) {
  EXPECT_EQ(ErrorOf([] { Rules({.format = "kubernets"}, kNowhere); }),
            "ipband_exporter: error: --format: \"kubernets\" is not known; did "
            "you mean kubernetes? allowed: prometheus, kubernetes");
}

TEST(PrometheusRule, HoldsTheGroupsFurtherIn) {
  EXPECT_EQ(AsPrometheusRule("# first\n#\ngroups:\n"
                             "  - name: a\n\n    # within\n    x: |\n      y\n"
                             "      \n",
                             "n"),
            "# first\n#\n"
            "apiVersion: monitoring.coreos.com/v1\n"
            "kind: PrometheusRule\n"
            "metadata:\n"
            "  name: n\n"
            "  labels:\n"
            "    app.kubernetes.io/name: ipband-exporter\n"
            "    prometheus: k8s\n"
            "    role: alert-rules\n"
            "spec:\n"
            "  groups:\n"
            "    - name: a\n\n      # within\n      x: |\n        y\n"
            "        \n");
}

TEST(PrometheusRule, NeedsNoLineEndAtTheEnd) {
  EXPECT_THAT(AsPrometheusRule("groups: []", "n"),
              EndsWith("spec:\n  groups: []"));
  EXPECT_THAT(AsPrometheusRule("", "n"), EndsWith("spec:\n"));
}

TEST(PrometheusRule, IsNamedAfterItsRules) {
  EXPECT_THAT(Rules({.format = "kubernetes"}, kNowhere),
              HasSubstr("\n  name: ipband\n"));
  EXPECT_THAT(Rules({.promql = true, .format = "kubernetes"}, kNowhere),
              HasSubstr("\n  name: ipband-promql\n"));
}

}  // namespace
}  // namespace ipband
