// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/dump_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <thread>
#include <vector>

#include "exporter/deliver/delivery.h"
#include "exporter/descriptor.h"
#include "tests/unit/exporter/deliver/file_size_limit.h"
#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Result = Attempt::Result;

Document DumpTo(const std::string& path, std::string text) {
  Document document;
  document.at = 1795305600;
  document.text = std::move(text);
  document.file.path = path;
  document.file.other_path = path + ".000000";
  return document;
}

Document AppendedTo(const std::string& path, std::string text) {
  Document document = DumpTo(path, std::move(text));
  document.file.append = true;
  document.file.head = "head\n";
  return document;
}

Document Unscheduled(Document document, const std::string& stamp) {
  document.file.scheduled = false;
  document.file.other_path = document.file.path + stamp;
  return document;
}

Result Write(DumpSink& sink, const Document& document) {
  return sink.Deliver(document, {}).result;
}

TEST(DumpSink, ReplacesTheFile) {
  const Folder folder;
  std::ofstream(folder / "a") << "of ipfm";
  DumpSink sink;
  EXPECT_EQ(sink.last_at(), 0);
  EXPECT_EQ(Write(sink, DumpTo(folder / "a", "a long one")),
            Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "a"), "a long one");
  EXPECT_EQ(Write(sink, DumpTo(folder / "a", "two")), Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "a"), "two");
  EXPECT_EQ(ModeOf(folder / "a"), 0644u);
  EXPECT_EQ(sink.last_at(), 1795305600);
}

TEST(DumpSink, AppendsAndBeginsANewFileWithItsHead) {
  const Folder folder;
  DumpSink sink;
  std::ofstream(folder / "empty");
  for (const char* name : {"new", "empty"}) {
    Write(sink, AppendedTo(folder / name, "one\n"));
    Write(sink, AppendedTo(folder / name, "two\n"));
    EXPECT_EQ(ContentOf(folder / name), "head\none\ntwo\n");
  }
  std::ofstream(folder / "old") << "old\n";
  Write(sink, AppendedTo(folder / "old", "one\n"));
  EXPECT_EQ(ContentOf(folder / "old"), "old\none\n");
}

TEST(DumpSink, EndsTheLineThatAKilledWriterLeft) {
  const Folder folder;
  std::ofstream(folder / "a") << "head\nhal";
  DumpSink sink;
  Write(sink, AppendedTo(folder / "a", "one\n"));
  Write(sink, AppendedTo(folder / "a", "two\n"));
  EXPECT_EQ(ContentOf(folder / "a"), "head\nhal\none\ntwo\n");
}

TEST(DumpSink, FollowsALinkToAFileThatIsNotThereYet) {
  const Folder folder;
  std::filesystem::create_directory(folder / "d");
  std::filesystem::create_symlink("d/file", folder / "a");
  DumpSink sink;
  EXPECT_EQ(Write(sink, DumpTo(folder / "a", "text")), Result::kDelivered);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "a"));
  EXPECT_EQ(ContentOf(folder / "d/file"), "text");
  std::filesystem::create_symlink("b", folder / "b");
  EXPECT_EQ(Write(sink, DumpTo(folder / "b", "text")), Result::kRetry);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "b"));
}

TEST(DumpSink, BeginsAReplacedFileWithTheHead) {
  const Folder folder;
  DumpSink sink;
  Document document = AppendedTo(folder / "a", "one\n");
  document.file.append = false;
  Write(sink, document);
  Write(sink, document);
  EXPECT_EQ(ContentOf(folder / "a"), "head\none\n");
}

TEST(DumpSink, MakesDirectories) {
  const Folder folder;
  DumpSink sink;
  EXPECT_EQ(Write(sink, DumpTo(folder / "a/b/c", "text")), Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "a/b/c"), "text");
  EXPECT_EQ(ModeOf(folder / "a"), 0755u);
  EXPECT_EQ(ModeOf(folder / "a/b"), 0755u);
  EXPECT_EQ(Write(sink, AppendedTo(folder / "d/e", "text")),
            Result::kDelivered);
}

TEST(DumpSink, TriesAgainWhatIsInTheWay) {
  const Folder folder;
  std::ofstream(folder / "a") << "no directory";
  DumpSink sink;
  const Attempt attempt = sink.Deliver(DumpTo(folder / "a/b", "text"), {});
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error,
            "cannot write " + (folder / "a/b") + ": Not a directory");
  EXPECT_EQ(Write(sink, AppendedTo(folder / "a/b", "text")), Result::kRetry);
  std::filesystem::create_directory(folder / "d");
  EXPECT_EQ(Write(sink, DumpTo(folder / "d", "text")), Result::kRetry);
  EXPECT_EQ(Write(sink, AppendedTo(folder / "d", "text")), Result::kRetry);
  EXPECT_EQ(sink.last_at(), 0);

  std::filesystem::remove(folder / "a");
  EXPECT_EQ(Write(sink, DumpTo(folder / "a/b", "text")), Result::kDelivered);
}

TEST(DumpSink, RefusesWhatCannotBeAName) {
  const Folder folder;
  DumpSink sink;
  EXPECT_EQ(Write(sink, DumpTo("", "text")), Result::kRefused);
  EXPECT_EQ(Write(sink, DumpTo(folder / "a/", "text")), Result::kRefused);
  const std::string longest(255, 'x');
  EXPECT_EQ(Write(sink, AppendedTo(folder / longest, "text")),
            Result::kDelivered);
  EXPECT_EQ(Write(sink, DumpTo(folder / longest, "text")), Result::kDelivered);
  EXPECT_EQ(Write(sink, DumpTo(folder / (longest + "x"), "text")),
            Result::kRefused);
  EXPECT_EQ(Write(sink, AppendedTo(folder / (longest + "x"), "text")),
            Result::kRefused);
  EXPECT_EQ(Write(sink, DumpTo(folder / (longest + "x/y"), "text")),
            Result::kRefused);
}

TEST(DumpSink, TakesBackTheHalfThatAFullDiskLeft) {
  const Folder folder;
  DumpSink sink;
  const std::string path = folder / "a";
  ASSERT_EQ(Write(sink, AppendedTo(path, "one\n")), Result::kDelivered);
  {
    const FileSizeLimit limit(1000);
    EXPECT_EQ(Write(sink, AppendedTo(path, std::string(5000, 'x'))),
              Result::kRetry);
    EXPECT_EQ(Write(sink, DumpTo(path, std::string(5000, 'x'))),
              Result::kRetry);
  }
  EXPECT_EQ(ContentOf(path), "head\none\n");
  ASSERT_EQ(Write(sink, AppendedTo(path, "two\n")), Result::kDelivered);
  EXPECT_EQ(ContentOf(path), "head\none\ntwo\n");
}

TEST(DumpSink, DeliversOnceWhenTheWayIsFree) {
  const Folder folder;
  std::ofstream(folder / "d") << "in the way";
  Delivery delivery("dumps", std::make_unique<DumpSink>(),
                    {.first_pause = std::chrono::milliseconds(5)});
  for (const char* text : {"one\n", "two\n"}) {
    delivery.Submit(
        std::make_shared<Document>(AppendedTo(folder / "d/a", text)));
  }
  ASSERT_TRUE(Eventually([&] { return delivery.counts().failures >= 2; }));
  std::filesystem::remove(folder / "d");
  ASSERT_TRUE(Eventually([&] { return delivery.counts().deliveries == 2; }));
  EXPECT_EQ(ContentOf(folder / "d/a"), "head\none\ntwo\n");
}

TEST(DumpSink, WaitsForWhoeverLocksTheFile) {
  const Folder folder;
  const std::string path = folder / "a";
  DumpSink sink;
  Write(sink, AppendedTo(path, "one\n"));
  Descriptor other(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(other.value(), LOCK_EX), 0);
  EXPECT_EQ(Write(sink, AppendedTo(path, "two\n")), Result::kRetry);
  EXPECT_EQ(ContentOf(path), "head\none\n");
  other.Close();
  EXPECT_EQ(Write(sink, AppendedTo(path, "two\n")), Result::kDelivered);
}

TEST(DumpSink, NeverMixesTheDumpsOfTwoMeters) {
  const Folder folder;
  const std::string path = folder / "a";
  const std::string a = std::string(49999, 'a') + '\n';
  const std::string b = std::string(49999, 'b') + '\n';
  {
    std::vector<std::jthread> threads;
    for (const std::string& text : {a, b}) {
      threads.emplace_back([&path, text] {
        DumpSink sink;
        Document document = AppendedTo(path, text);
        document.file.head.clear();
        for (int i = 0; i < 20; ++i) {
          ASSERT_EQ(Write(sink, document), Result::kDelivered);
        }
      });
    }
  }
  const std::string all = ContentOf(path);
  ASSERT_EQ(all.size(), 40u * 50000u);
  for (size_t i = 0; i < all.size(); i += 50000) {
    const std::string piece = all.substr(i, 50000);
    EXPECT_TRUE(piece == a || piece == b) << i;
  }
}

TEST(DumpSink, WritesIntoADevice) {
  DumpSink sink;
  EXPECT_EQ(Write(sink, DumpTo("/dev/null", "text")), Result::kDelivered);
  EXPECT_EQ(Write(sink, Unscheduled(DumpTo("/dev/null", "text"), ".1")),
            Result::kDelivered);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(Write(sink, DumpTo("/dev/full", "text")), Result::kRetry);
}

TEST(DumpSink, NeverPutsAnUnscheduledDumpInPlaceOfAScheduledOne) {
  const Folder folder;
  const std::string path = folder / "a";
  DumpSink sink;
  Write(sink, DumpTo(path, "scheduled"));
  const Document signalled = Unscheduled(DumpTo(path, "signalled"), ".150101");
  Write(sink, signalled);
  EXPECT_EQ(ContentOf(path), "scheduled");
  EXPECT_EQ(ContentOf(path + ".150101"), "signalled");
  // Two signals in a second.
  Write(sink, Unscheduled(DumpTo(path, "again"), ".150101"));
  EXPECT_EQ(ContentOf(path + ".150101"), "signalled");
  EXPECT_EQ(ContentOf(path + ".150101.2"), "again");
}

TEST(DumpSink, PutsAnUnscheduledDumpInPlaceOfAnUnscheduledOne) {
  const Folder folder;
  const std::string path = folder / "a";
  DumpSink sink;
  Write(sink, Unscheduled(DumpTo(path, "one"), ".1"));
  EXPECT_EQ(ContentOf(path), "one");
  Write(sink, Unscheduled(DumpTo(path, "two"), ".2"));
  EXPECT_EQ(ContentOf(path), "two");
  Write(sink, DumpTo(path, "scheduled"));
  EXPECT_EQ(ContentOf(path), "scheduled");
  Write(sink, Unscheduled(DumpTo(path, "three"), ".3"));
  EXPECT_EQ(ContentOf(path), "scheduled");
  EXPECT_EQ(ContentOf(path + ".3"), "three");
  // Another run knows nothing of this one.
  DumpSink next;
  Write(next, Unscheduled(DumpTo(path, "four"), ".4"));
  EXPECT_EQ(ContentOf(path), "scheduled");
  EXPECT_EQ(ContentOf(path + ".4"), "four");
}

TEST(DumpSink, AppendsUnscheduledDumps) {
  const Folder folder;
  const std::string path = folder / "a";
  DumpSink sink;
  Write(sink, AppendedTo(path, "one\n"));
  Write(sink, Unscheduled(AppendedTo(path, "two\n"), ".1"));
  EXPECT_EQ(ContentOf(path), "head\none\ntwo\n");
}

TEST(DumpSink, SparesTheFilesOfOthers) {
  const Folder folder;
  const auto written = std::make_shared<WrittenFiles>();
  DumpSink sink(written);
  DumpSink another(written);
  for (const char* name : {"a", "b"}) {
    std::ofstream(folder / name) << "of the daemon\n";
  }
  Write(sink, DumpTo(folder / "a", "one\n"));
  EXPECT_EQ(ContentOf(folder / "a.000000"), "one\n");
  Write(sink, AppendedTo(folder / "b", "one\n"));
  EXPECT_EQ(ContentOf(folder / "b.000000"), "head\none\n");
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(ContentOf(folder / name), "of the daemon\n");
  }
  // The other name may be another's as well.
  DumpSink next(std::make_shared<WrittenFiles>());
  Write(next, DumpTo(folder / "a", "two\n"));
  EXPECT_EQ(ContentOf(folder / "a.000000"), "one\n");
  EXPECT_EQ(ContentOf(folder / "a.000000.2"), "two\n");
  // What the run has written itself is its own.
  Write(sink, DumpTo(folder / "c", "one\n"));
  Write(another, DumpTo(folder / "c", "two\n"));
  EXPECT_EQ(ContentOf(folder / "c"), "two\n");
  Write(sink, AppendedTo(folder / "d", "one\n"));
  Write(another, AppendedTo(folder / "d", "two\n"));
  EXPECT_EQ(ContentOf(folder / "d"), "head\none\ntwo\n");
}

TEST(DumpSink, KeepsToTheFileBesideThatOfOthers) {
  const Folder folder;
  DumpSink sink(std::make_shared<WrittenFiles>());
  for (const char* name : {"a", "b"}) std::ofstream(folder / name) << "theirs";
  for (const bool append : {false, true}) {
    const std::string path = folder / (append ? "b" : "a");
    for (const char* number : {"1", "2", "3"}) {
      const std::string line = std::string(number) + "\n";
      Document dump = append ? AppendedTo(path, line) : DumpTo(path, line);
      dump.file.other_path = path + "." + number;
      Write(sink, dump);
    }
    EXPECT_EQ(ContentOf(path), "theirs");
    EXPECT_EQ(ContentOf(path + ".1"), append ? "head\n1\n2\n3\n" : "3\n");
    EXPECT_FALSE(std::filesystem::exists(path + ".2"));
    // Where a dump without schedule may not be, it is not here either.
    Write(sink, Unscheduled(DumpTo(path, "4"), ".4"));
    EXPECT_EQ(ContentOf(path + ".4"), "4");
  }
}

}  // namespace
}  // namespace ipband
