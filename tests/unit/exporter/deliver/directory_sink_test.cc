// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/directory_sink.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Result = Attempt::Result;
using std::chrono::hours;

const DirectorySink::Clock kReplay;  // time is that of the reports
constexpr uint64_t kPlenty = uint64_t{1} << 30;

std::set<std::string> NamesIn(const std::string& path) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

Document ReportAt(const std::string& stamp, int64_t at) {
  Document document;
  document.id = stamp + "-eth0-10.1.1.0_24";
  document.at = at;
  document.text = std::string(60, 't');
  document.json = std::string(40, 'j');
  return document;
}

// Three days, one report each.
const Document kFirst = ReportAt("20261119T202915Z", 1795120155);
const Document kSecond = ReportAt("20261120T202915Z", 1795206555);
const Document kThird = ReportAt("20261121T202915Z", 1795292955);

TEST(DirectorySink, WritesEachReportAsTextAndJson) {
  const Folder folder;
  DirectorySink sink(folder / "reports", {hours(1000), kPlenty}, kReplay);
  EXPECT_EQ(sink.Deliver(kThird, {}).result, Result::kDelivered);
  const std::string name = folder / "reports/20261121T202915Z-eth0-10.1.1.0_24";
  EXPECT_EQ(ContentOf(name + ".txt"), kThird.text);
  EXPECT_EQ(ContentOf(name + ".json"), kThird.json);
  EXPECT_EQ(NamesIn(folder / "reports").size(), 2u);
  EXPECT_EQ(ModeOf(folder / "reports"), 0750u);
  EXPECT_EQ(ModeOf(name + ".txt"), 0640u);
  EXPECT_EQ(ModeOf(name + ".json"), 0640u);
}

TEST(DirectorySink, ReplacesAReportOfTheSameId) {
  const Folder folder;
  DirectorySink sink(folder.path(), {hours(1000), kPlenty}, kReplay);
  sink.Deliver(kThird, {});
  Document again = kThird;
  again.text = "again";
  sink.Deliver(again, {});
  EXPECT_EQ(ContentOf(folder / (kThird.id + ".txt")), "again");
  EXPECT_EQ(sink.files(), 2u);
  EXPECT_EQ(sink.bytes(), 45u);
}

TEST(DirectorySink, RemovesWhatIsTooOld) {
  const Folder folder;
  DirectorySink sink(folder.path(), {hours(25), kPlenty}, kReplay);
  sink.Deliver(kFirst, {});
  sink.Deliver(kSecond, {});
  EXPECT_EQ(sink.files(), 4u);
  sink.Deliver(kThird, {});
  EXPECT_EQ(NamesIn(folder.path()),
            (std::set{kSecond.id + ".txt", kSecond.id + ".json",
                      kThird.id + ".txt", kThird.id + ".json"}));
  EXPECT_EQ(sink.files(), 4u);
  EXPECT_EQ(sink.bytes(), 200u);
}

TEST(DirectorySink, RemovesTheOldestWhenAllAreTooLarge) {
  const Folder folder;
  DirectorySink sink(folder.path(), {hours(1000), 200}, kReplay);
  for (const Document& report : {kFirst, kSecond, kThird}) {
    EXPECT_EQ(sink.Deliver(report, {}).result, Result::kDelivered);
  }
  EXPECT_EQ(NamesIn(folder.path()),
            (std::set{kSecond.id + ".txt", kSecond.id + ".json",
                      kThird.id + ".txt", kThird.id + ".json"}));
  EXPECT_EQ(sink.bytes(), 200u);
}

TEST(DirectorySink, KeepsTheNewestHoweverLargeItIs) {
  const Folder folder;
  DirectorySink sink(folder.path(), {hours(1000), 10}, kReplay);
  sink.Deliver(kFirst, {});
  sink.Deliver(kThird, {});
  EXPECT_EQ(NamesIn(folder.path()),
            (std::set{kThird.id + ".txt", kThird.id + ".json"}));
}

TEST(DirectorySink, TouchesNoFileThatIsNotAReport) {
  const Folder folder;
  const std::set<std::string> others = {
      "README",
      "20261119T202915Z.txt",
      "20261119T202915Z-eth0-10.1.1.0_24",
      "20261119T202915Z-eth0-10.1.1.0_24.txt.bak",
      "2026-11-19T20:29:15Z-eth0.txt",
      "20261119T202915Z-notes.txt"};
  for (const std::string& name : others) {
    std::ofstream(folder / name) << "not ours";
  }
  DirectorySink sink(folder.path(), {hours(1), 1}, kReplay);
  EXPECT_EQ(sink.files(), 0u);
  sink.Deliver(kThird, {});
  std::set<std::string> expected = others;
  expected.insert({kThird.id + ".txt", kThird.id + ".json"});
  EXPECT_EQ(NamesIn(folder.path()), expected);
}

TEST(DirectorySink, CountsWhatIsThereAtTheStart) {
  const Folder folder;
  {
    DirectorySink sink(folder.path(), {hours(1000), kPlenty}, kReplay);
    sink.Deliver(kFirst, {});
    sink.Deliver(kSecond, {});
  }
  const DirectorySink sink(folder.path(), {hours(1000), kPlenty}, kReplay);
  EXPECT_EQ(sink.files(), 4u);
  EXPECT_EQ(sink.bytes(), 200u);
  EXPECT_EQ(NamesIn(folder.path()).size(), 4u);
}

TEST(DirectorySink, RemovesWhatHasGrownOldThoughNoReportComes) {
  const Folder folder;
  int64_t now = kFirst.at;
  DirectorySink sink(folder.path(), {hours(25), kPlenty}, [&] { return now; });
  sink.Deliver(kFirst, {});
  sink.Deliver(kSecond, {});
  std::ofstream(folder / "notes.txt") << "not ours";
  now = kSecond.at;
  sink.Tidy();
  EXPECT_EQ(sink.files(), 4u);
  now = kThird.at;
  sink.Tidy();
  EXPECT_EQ(NamesIn(folder.path()),
            (std::set<std::string>{kSecond.id + ".txt", kSecond.id + ".json",
                                   "notes.txt"}));
  EXPECT_EQ(sink.files(), 2u);
  EXPECT_EQ(sink.bytes(), 100u);
  // Also the last one.
  now += 24 * 3600;
  sink.Tidy();
  EXPECT_EQ(NamesIn(folder.path()), std::set<std::string>{"notes.txt"});
  EXPECT_EQ(sink.files(), 0u);
}

TEST(DirectorySink, TidiesWhatAnotherProcessMadeTooLarge) {
  const Folder folder;
  {
    DirectorySink other(folder.path(), {hours(1000), kPlenty}, kReplay);
    for (const Document& report : {kFirst, kSecond, kThird}) {
      other.Deliver(report, {});
    }
  }
  DirectorySink sink(folder.path(), {hours(1000), 10},
                     [] { return kThird.at; });
  sink.Tidy();
  EXPECT_EQ(NamesIn(folder.path()),
            (std::set{kThird.id + ".txt", kThird.id + ".json"}));
}

TEST(DirectorySink, LeavesOldReportsToAReplay) {
  const Folder folder;
  DirectorySink sink(folder.path(), {hours(1), kPlenty}, kReplay);
  sink.Deliver(kFirst, {});
  sink.Tidy();
  EXPECT_EQ(sink.files(), 2u);
}

// Another sink, or another process, may be writing it.
TEST(DirectorySink, RemovesUnfinishedFilesOnlyWhenNobodyCanBeWritingThem) {
  const Folder folder;
  const std::string crashed = folder / (kFirst.id + ".txt.new-a1B2c3");
  const std::string written = folder / (kThird.id + ".json.new-d4E5f6");
  for (const std::string& name : {crashed, written}) {
    std::ofstream(name) << "a par";
  }
  std::filesystem::last_write_time(
      crashed, std::filesystem::last_write_time(crashed) - hours(2));
  DirectorySink sink(folder.path(), {hours(1000), kPlenty},
                     [] { return time(nullptr); });
  EXPECT_EQ(FilesIn(folder), 2u);
  sink.Tidy();
  EXPECT_EQ(FilesIn(folder), 1u);
  EXPECT_EQ(ContentOf(written), "a par");
}

TEST(DirectorySink, RefusesAnIdThatIsNoFileName) {
  const Folder folder;
  DirectorySink sink(folder / "reports", {hours(1), kPlenty}, kReplay);
  for (const std::string& id :
       {std::string("../20261121T202915Z-x"), std::string(""),
        std::string("20261121T202915Z-../../x"),
        "20261121T202915Z-" + std::string(300, 'x')}) {
    Document document = kThird;
    document.id = id;
    EXPECT_EQ(sink.Deliver(document, {}).result, Result::kRefused) << id;
  }
  EXPECT_EQ(NamesIn(folder.path()), std::set<std::string>{"reports"});
}

TEST(DirectorySink, TriesAgainUntilTheDirectoryCanBeMade) {
  const Folder folder;
  DirectorySink sink(folder / "late/reports", {hours(1), kPlenty}, kReplay);
  const Attempt attempt = sink.Deliver(kThird, {});
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "cannot make the directory " +
                               (folder / "late/reports") +
                               ": No such file or directory");
  std::filesystem::create_directory(folder / "late");
  EXPECT_EQ(sink.Deliver(kThird, {}).result, Result::kDelivered);
  EXPECT_EQ(sink.files(), 2u);
}

}  // namespace
}  // namespace ipband
