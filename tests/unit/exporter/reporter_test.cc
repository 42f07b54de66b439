// SPDX-License-Identifier: Apache-2.0
#include "exporter/reporter.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

constexpr int64_t kDay = 24 * 3600;
constexpr int64_t kFirstReport = 1795292955;  // 2026-11-21T20:29:15Z

Report OldReport(int64_t at) {
  Report report;
  report.interface = "eth0";
  report.subnet = *ParsePrefix("10.1.1.0/24");
  report.at = at;
  report.since = at - 300;
  return report;
}

// What a former run left there: two reports, a day apart.
void LeaveReports(const std::string& directory) {
  ReportArchive archive;
  Reporter reporter({.directory = directory}, archive);
  reporter.Push(OldReport(kFirstReport));
  reporter.Push(OldReport(kFirstReport + kDay));
  ASSERT_TRUE(reporter.Finish(steady_clock::now() + std::chrono::seconds(20)));
}

ReporterOptions Keeping(std::chrono::seconds age, const std::string& directory,
                        DirectorySink::Clock clock) {
  ReporterOptions options{.directory = directory, .clock = std::move(clock)};
  options.reports.keep_age = age;
  options.tidy_period = std::chrono::milliseconds(2);
  return options;
}

TEST(Reporter, ForgetsReportsAsTimeGoesBy) {
  const Folder folder;
  LeaveReports(folder / "reports");
  std::atomic<int64_t> now = kFirstReport + kDay;
  ReportArchive archive;
  Reporter reporter(
      Keeping(hours(25), folder / "reports", [&] { return now.load(); }),
      archive);
  ASSERT_TRUE(Eventually([&] { return archive.List().size() == 2; }));
  now = kFirstReport + 2 * kDay;
  EXPECT_TRUE(Eventually([&] { return archive.List().size() == 1; }));
  EXPECT_EQ(archive.List().at(0)->report.at, kFirstReport + kDay);
  now = kFirstReport + 3 * kDay;
  EXPECT_TRUE(Eventually([&] { return archive.List().empty(); }));
}

TEST(Reporter, RemovesOldReportsAtTheStart) {
  const Folder folder;
  LeaveReports(folder / "reports");
  ReportArchive archive;
  Reporter reporter(Keeping(hours(25), folder / "reports",
                            [] { return kFirstReport + 2 * kDay; }),
                    archive);
  EXPECT_TRUE(Eventually([&] { return reporter.counts().files == 2; }));
  EXPECT_TRUE(Eventually([&] { return archive.List().size() == 1; }));
}

TEST(Reporter, RemovesOldReportsWhenTheirAgeIsConfigured) {
  const Folder folder;
  LeaveReports(folder / "reports");
  const DirectorySink::Clock clock = [] { return kFirstReport + 2 * kDay; };
  ReportArchive archive;
  Reporter reporter(Keeping(hours(1000), folder / "reports", clock), archive);
  ASSERT_TRUE(Eventually([&] { return archive.List().size() == 2; }));
  Reporter::Reconfiguration other =
      Reporter::Prepare(Keeping(hours(25), folder / "reports", clock));
  // It may yet come to nothing.
  EXPECT_EQ(reporter.counts().files, 4u);
  reporter.Reconfigure(std::move(other));
  EXPECT_EQ(archive.List().size(), 1u);
  EXPECT_TRUE(Eventually([&] { return reporter.counts().files == 2; }));
}

TEST(Reporter, KeepsTheReportsOfAReplayHoweverOldTheyAre) {
  const Folder folder;
  LeaveReports(folder / "reports");
  ReportArchive archive;
  Reporter reporter(Keeping(hours(25), folder / "reports", nullptr), archive);
  ASSERT_TRUE(Eventually([&] { return archive.List().size() == 2; }));
  EXPECT_TRUE(reporter.Finish(steady_clock::now() + std::chrono::seconds(20)));
  EXPECT_EQ(reporter.counts().files, 4u);
  EXPECT_EQ(archive.List().size(), 2u);
}

}  // namespace
}  // namespace ipband
