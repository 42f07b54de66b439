// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/process_metrics.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <map>
#include <string>

namespace ipband {
namespace {

constexpr char kStat[] =
    "1234 (ip) band (x) S 1 1234 1234 0 -1 4194560 2000 0 5 0 321 123 7 8 20 0 "
    "130 0 987654 30277632 4321 18446744073709551615 1 1 0 0 0 0 0 4096 0\n";

double Value(const std::string& name) {
  for (const prometheus::MetricFamily& family : ProcessMetrics()) {
    if (family.name != name) continue;
    return family.type == prometheus::MetricType::Counter
               ? family.metric.at(0).counter.value
               : family.metric.at(0).gauge.value;
  }
  ADD_FAILURE() << "no family " << name;
  return -1;
}

TEST(ParseProcessStat, ReadsPastANameWithBlanksAndParentheses) {
  const auto stat = ParseProcessStat(kStat);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cpu_ticks, 321U + 123U);
  EXPECT_EQ(stat->start_ticks, 987654U);
  EXPECT_EQ(stat->virtual_bytes, 30277632U);
  EXPECT_EQ(stat->resident_pages, 4321U);
}

TEST(ParseProcessStat, RefusesWhatIsCutOff) {
  const std::string_view whole = kStat;
  EXPECT_FALSE(ParseProcessStat(""));
  EXPECT_FALSE(ParseProcessStat("1234 (ipband"));
  EXPECT_FALSE(ParseProcessStat("1234 (ipband) S"));
  EXPECT_FALSE(ParseProcessStat(whole.substr(0, whole.find(" 4321"))));
  EXPECT_FALSE(ParseProcessStat("1 (x) S a b c d e f g h i j k l m n o p q"));
}

TEST(ParseBootTime, FindsItsLine) {
  EXPECT_EQ(ParseBootTime("cpu  1 2\nbtime 1700000000\nprocesses 5\n"),
            1700000000U);
  EXPECT_EQ(ParseBootTime("cpu  1 2\nbtime \n"), std::nullopt);
  EXPECT_EQ(ParseBootTime("btimes 1\n"), std::nullopt);
}

TEST(ProcessMetrics, HasTheUsualFamiliesWithHelpAndOneSampleEach) {
  std::map<std::string, prometheus::MetricType> types;
  for (const prometheus::MetricFamily& family : ProcessMetrics()) {
    EXPECT_EQ(family.metric.size(), 1U) << family.name;
    EXPECT_TRUE(family.metric[0].label.empty()) << family.name;
    EXPECT_FALSE(family.help.empty()) << family.name;
    types[family.name] = family.type;
  }
  const auto gauge = prometheus::MetricType::Gauge;
  const std::map<std::string, prometheus::MetricType> expected = {
      {"process_cpu_seconds_total", prometheus::MetricType::Counter},
      {"process_max_fds", gauge},
      {"process_open_fds", gauge},
      {"process_resident_memory_bytes", gauge},
      {"process_start_time_seconds", gauge},
      {"process_virtual_memory_bytes", gauge},
      {"process_virtual_memory_max_bytes", gauge}};
  EXPECT_EQ(types, expected);
}

TEST(ProcessMetrics, CountsEveryOpenDescriptor) {
  const double before = Value("process_open_fds");
  const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(Value("process_open_fds"), before + 1);
  close(descriptor);
  EXPECT_EQ(Value("process_open_fds"), before);
}

TEST(ProcessMetrics, KnowsThisProcess) {
  const auto now = static_cast<double>(time(nullptr));
  EXPECT_LE(Value("process_start_time_seconds"), now + 1);
  EXPECT_GT(Value("process_start_time_seconds"), now - 600);
  EXPECT_GT(Value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(Value("process_virtual_memory_bytes"),
            Value("process_resident_memory_bytes"));
  EXPECT_GE(Value("process_virtual_memory_max_bytes"),
            Value("process_virtual_memory_bytes"));
  EXPECT_GT(Value("process_max_fds"), Value("process_open_fds"));
}

}  // namespace
}  // namespace ipband
