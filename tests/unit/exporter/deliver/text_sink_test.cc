// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/text_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/exporter/deliver/file_size_limit.h"
#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Result = Attempt::Result;

TEST(AppendSink, AppendsEachReport) {
  const Folder folder;
  AppendSink sink(folder / "report", AppendSink::Part::kText);
  EXPECT_EQ(sink.Deliver(*DocumentOf("one\n"), {}).result, Result::kDelivered);
  EXPECT_EQ(sink.Deliver(*DocumentOf("two\n"), {}).result, Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "report"), "one\ntwo\n");
}

TEST(AppendSink, WritesJsonLinesWhenToldTo) {
  const Folder folder;
  AppendSink sink(folder / "report", AppendSink::Part::kJson);
  const auto document = DocumentOf("text");
  sink.Deliver(*document, {});
  EXPECT_EQ(ContentOf(folder / "report"), document->json);
}

TEST(AppendSink, MakesANewFileAfterTheOldOneWasMovedAway) {
  const Folder folder;
  AppendSink sink(folder / "report", AppendSink::Part::kText);
  sink.Deliver(*DocumentOf("one\n"), {});
  std::filesystem::rename(folder / "report", folder / "report.1");
  sink.Deliver(*DocumentOf("two\n"), {});
  EXPECT_EQ(ContentOf(folder / "report.1"), "one\n");
  EXPECT_EQ(ContentOf(folder / "report"), "two\n");
}

TEST(AppendSink, TakesBackTheHalfThatAFullDiskLeft) {
  const Folder folder;
  AppendSink sink(folder / "report", AppendSink::Part::kText);
  ASSERT_EQ(sink.Deliver(*DocumentOf("one\n"), {}).result, Result::kDelivered);
  {
    const FileSizeLimit limit(1000);
    const Attempt attempt =
        sink.Deliver(*DocumentOf(std::string(5000, 'x')), {});
    EXPECT_EQ(attempt.result, Result::kRetry);
    EXPECT_EQ(attempt.error,
              "cannot write " + (folder / "report") + ": File too large");
  }
  EXPECT_EQ(ContentOf(folder / "report"), "one\n");
  ASSERT_EQ(sink.Deliver(*DocumentOf("two\n"), {}).result, Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "report"), "one\ntwo\n");
}

TEST(AppendSink, SaysThatTheDiskIsFull) {
  AppendSink sink("/dev/full", AppendSink::Part::kText);
  const Attempt attempt = sink.Deliver(*DocumentOf("one\n"), {});
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "cannot write /dev/full: No space left on device");
}

TEST(AppendSink, DoesNotWaitForTheReaderOfANamedPipe) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  AppendSink sink(pipe, AppendSink::Part::kText);
  EXPECT_EQ(sink.Deliver(*DocumentOf("one\n"), {}).result, Result::kRetry);

  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  EXPECT_EQ(sink.Deliver(*DocumentOf("two\n"), {}).result, Result::kDelivered);
  char text[16] = {};
  EXPECT_EQ(read(reader, text, sizeof text), 4);
  EXPECT_STREQ(text, "two\n");
  close(reader);
}

TEST(AppendSink, WritesToStandardOutputAndDoesNotCloseIt) {
  AppendSink sink("-", AppendSink::Part::kText);
  testing::internal::CaptureStdout();
  sink.Deliver(*DocumentOf("one\n"), {});
  sink.Deliver(*DocumentOf("two\n"), {});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "one\ntwo\n");
}

TEST(AppendSink, LetsStandardOutputHaveOneDocumentAfterTheOther) {
  testing::internal::CaptureStdout();
  const std::string row(20000, 'a');
  const std::string other(20000, 'b');
  {
    std::vector<std::jthread> threads;
    for (const std::string& text : {row, other}) {
      threads.emplace_back([text] {
        AppendSink sink("-", AppendSink::Part::kText);
        for (int i = 0; i < 20; ++i) sink.Deliver(*DocumentOf(text), {});
      });
    }
  }
  const std::string all = testing::internal::GetCapturedStdout();
  ASSERT_EQ(all.size(), 40u * 20000u);
  for (size_t i = 0; i < all.size(); i += 20000) {
    const std::string piece = all.substr(i, 20000);
    EXPECT_TRUE(piece == row || piece == other) << i;
  }
}

TEST(AppendSink, TriesAgainWhenItsPathIsADirectory) {
  const Folder folder;
  AppendSink sink(folder.path(), AppendSink::Part::kText);
  const Attempt attempt = sink.Deliver(*DocumentOf("one\n"), {});
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "cannot open " + folder.path() + ": Is a directory");
}

}  // namespace
}  // namespace ipband
