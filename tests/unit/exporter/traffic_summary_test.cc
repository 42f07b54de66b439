// SPDX-License-Identifier: Apache-2.0
#include "exporter/traffic_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ipband {
namespace {

SubnetRow Row(const std::string& prefix, double bandwidth) {
  SubnetRow row;
  row.prefix = *ParsePrefix(prefix);
  row.bandwidth = bandwidth;
  return row;
}

ptrdiff_t Lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST(TrafficSummary, IsEmptyBeforeAPeriodHasEnded) {
  TrafficSummary summary;
  summary.Beside({});
  EXPECT_EQ(summary.Text({}), "");
}

TEST(TrafficSummary, SaysOfShortCapturesThatNothingWasJudged) {
  int begun = 0;
  Intake::Listener before;
  before.second_begins = [&](const auto&...) { ++begun; };
  TrafficSummary summary;
  const Intake::Listener listener = summary.Beside(before);
  listener.second_begins(0, 1000);
  listener.second_begins(0, 1014);
  listener.second_begins(0, 1003);
  // Of another interface, at another time.
  listener.second_begins(1, 90'000);
  EXPECT_EQ(begun, 4);
  EXPECT_EQ(summary.Text({.averaging_period = std::chrono::seconds(45)}),
            "The captures span 14 s, less than one averaging period (45 s): "
            "nothing was judged.\n");
  // Only its last packets counted.
  EXPECT_EQ(summary.Text({.averaging_period = std::chrono::seconds(14)}), "");
  listener.measured("eth0", Row("10.0.1.0/24", 1), {.end = 10, .length = 10});
  EXPECT_TRUE(summary.Text({}).starts_with("SUBNET"));
}

TEST(TrafficSummary, MeansAreOfAllPeriodsBetweenTheFirstAndTheLast) {
  TrafficSummary summary;
  const Intake::Listener listener = summary.Beside({});
  listener.measured("eth0", Row("10.0.1.0/24", 1000),
                    {.end = 10, .length = 10});
  // Those without traffic are closed as one.
  listener.measured("eth0", Row("10.0.1.0/24", 0), {.end = 40, .length = 10});
  EXPECT_EQ(
      summary.Text({}),
      "SUBNET              PEAK                    AT         MEAN  OVER  "
      "REPORTS\n"
      "10.0.1.0/24  8.00 kbit/s  1970-01-01 00:00:10Z  2.00 kbit/s   0 s  "
      "      0\n");
}

TEST(TrafficSummary, NamesSubnetsAndInterfacesWhereThereAreSome) {
  AccountingOptions options;
  options.subnets = {
      {.networks = {*ParsePrefix("10.0.1.0/24")}, .name = "guests\nand more"}};
  TrafficSummary summary;
  const Intake::Listener listener = summary.Beside({});
  SubnetRow row = Row("10.0.1.0/24", 1000);
  row.named = 0;
  listener.measured("a.pcap", row, {.end = 10, .length = 10});
  listener.measured("b.pcap", row, {.end = 10, .length = 10});
  const std::string text = summary.Text(options);
  EXPECT_NE(text.find("guests?and more  a.pcap"), std::string::npos) << text;
  EXPECT_NE(text.find("guests?and more  b.pcap"), std::string::npos) << text;
}

TEST(TrafficSummary, IsBoundedWhateverComesAndGoes) {
  TrafficSummary summary;
  const Intake::Listener listener = summary.Beside({});
  for (uint32_t i = 0; i < 70'000; ++i) {
    const std::string prefix = std::to_string(1 + i / 65536) + "." +
                               std::to_string(i / 256 % 256) + "." +
                               std::to_string(i % 256) + ".0/24";
    listener.measured("eth0", Row(prefix, i), {.end = 10, .length = 10});
  }
  const std::string text = summary.Text({});
  EXPECT_EQ(Lines(text), 1 + 50 + 2);
  EXPECT_NE(text.find("and 65486 more subnets\n"), std::string::npos);
  EXPECT_NE(text.find("first 65536 are not listed"), std::string::npos);
}

TEST(TrafficSummary, WhoListenedBeforeStillHears) {
  int periods = 0;
  int verdicts = 0;
  Intake::Listener before;
  before.measured = [&](const auto&...) { ++periods; };
  before.verdict = [&](const auto&...) { ++verdicts; };
  TrafficSummary summary;
  const Intake::Listener both = summary.Beside(before);
  const SubnetRow row = Row("10.0.1.0/24", 1000);
  both.measured("eth0", row, {.end = 10, .length = 10});
  both.verdict("eth0", row, {.verdict = Verdict::kReportDue});
  both.verdict("eth0", row, {.verdict = Verdict::kCleared});
  EXPECT_EQ(periods, 1);
  EXPECT_EQ(verdicts, 2);
  EXPECT_EQ(summary.reports(), 1u);
}

}  // namespace
}  // namespace ipband
