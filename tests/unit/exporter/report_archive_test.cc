// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_archive.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace ipband {
namespace {

ReportArchive::Entry Entry(const std::string& id, int64_t at,
                           size_t bytes = 10) {
  auto entry = std::make_shared<ArchivedReport>();
  entry->id = id;
  entry->report.at = at;
  entry->json = std::string(bytes, 'x');
  return entry;
}

std::string Ids(const ReportArchive& archive) {
  std::string ids;
  for (const ReportArchive::Entry& entry : archive.List()) ids += entry->id;
  return ids;
}

TEST(ReportArchive, ListsTheNewestFirstInWhateverOrderTheyCame) {
  ReportArchive archive;
  EXPECT_EQ(Ids(archive), "");
  archive.Add(Entry("b", 20));
  archive.Add(Entry("c", 30));
  archive.Add(Entry("a", 10));
  archive.Add(Entry("d", 30));  // of one time: the later one is newer
  EXPECT_EQ(Ids(archive), "dcba");
}

TEST(ReportArchive, FindsAReportByItsId) {
  ReportArchive archive;
  const ReportArchive::Entry entry = Entry("a", 10);
  archive.Add(entry);
  EXPECT_EQ(archive.Find("a"), entry);
  EXPECT_EQ(archive.Find("b"), nullptr);
  EXPECT_EQ(archive.Find(""), nullptr);
}

TEST(ReportArchive, KeepsOneReportOfAnId) {
  ReportArchive archive;
  archive.Add(Entry("a", 10));
  archive.Add(Entry("b", 20));
  const ReportArchive::Entry again = Entry("a", 30);
  archive.Add(again);
  EXPECT_EQ(Ids(archive), "ab");
  EXPECT_EQ(archive.Find("a"), again);
}

TEST(ReportArchive, LetsTheOldestOfMoreThanAThousandGo) {
  ReportArchive archive;
  for (int i = 0; i < 1500; ++i) {
    archive.Add(Entry("id" + std::to_string(i), i));
  }
  archive.Add(Entry("too old", 1));
  EXPECT_EQ(archive.List().size(), 1000U);
  EXPECT_EQ(archive.Find("id499"), nullptr);
  EXPECT_EQ(archive.Find("too old"), nullptr);
  EXPECT_NE(archive.Find("id500"), nullptr);
  EXPECT_EQ(archive.List().front()->id, "id1499");
}

TEST(ReportArchive, LetsTheOldestGoWhenMemoryIsFull) {
  ReportArchive archive;
  constexpr size_t kBig = size_t{20} << 20;
  for (int i = 0; i < 10; ++i) {
    archive.Add(Entry("id" + std::to_string(i), i, kBig));
  }
  EXPECT_EQ(archive.List().size(), 3U);
  EXPECT_EQ(archive.List().back()->id, "id7");
  // What was replaced gives its room back.
  for (int i = 0; i < 10; ++i) archive.Add(Entry("id9", 9, kBig));
  EXPECT_EQ(archive.List().size(), 3U);
}

TEST(ReportArchive, ForgetsWhatIsOlder) {
  ReportArchive archive;
  for (int i = 1; i <= 3; ++i) {
    archive.Add(Entry(std::to_string(i), i * 10, ReportArchive::kMaxBytes / 4));
  }
  archive.RemoveBefore(20);
  EXPECT_EQ(Ids(archive), "32");
  archive.RemoveBefore(31);
  EXPECT_EQ(Ids(archive), "");
  archive.RemoveBefore(99);
  // Their room is free again.
  for (int i = 1; i <= 3; ++i) {
    archive.Add(Entry(std::to_string(i), i * 10, ReportArchive::kMaxBytes / 4));
  }
  EXPECT_EQ(Ids(archive), "321");
}

TEST(ReportArchive, CountsTheConnectionsOfAReport) {
  ReportArchive archive;
  for (int i = 0; i < 2; ++i) {
    auto entry = std::make_shared<ArchivedReport>();
    entry->id = std::to_string(i);
    entry->report.connections.resize(500000);
    archive.Add(entry);
  }
  EXPECT_EQ(archive.List().size(), 1U);
}

TEST(ReportArchive, IsNotEmptiedByAReportThatFitsNowhere) {
  ReportArchive archive;
  archive.Add(Entry("a", 10));
  archive.Add(Entry("huge", 20, ReportArchive::kMaxBytes));
  EXPECT_EQ(Ids(archive), "a");
}

TEST(ReportArchive, TakesReportsWhileOthersRead) {
  ReportArchive archive;
  std::atomic<bool> stop = false;
  std::atomic<bool> in_order = true;
  std::thread reader([&] {
    while (!stop) {
      const auto list = archive.List();
      for (size_t i = 1; i < list.size(); ++i) {
        if (list[i - 1]->report.at < list[i]->report.at) in_order = false;
      }
      archive.Find("id7");
    }
  });
  for (int i = 0; i < 3000; ++i) {
    archive.Add(Entry("id" + std::to_string(i), i));
  }
  stop = true;
  reader.join();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(archive.List().size(), 1000U);
}

}  // namespace
}  // namespace ipband
