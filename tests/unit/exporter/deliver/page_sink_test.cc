// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/page_sink.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Result = Attempt::Result;

TEST(PageSink, ReplacesThePage) {
  const Folder folder;
  PageSink sink(folder / "page.html");
  sink.Deliver(*DocumentOf("a long first page"), {});
  EXPECT_EQ(sink.Deliver(*DocumentOf("second"), {}).result, Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "page.html"), "second");
  EXPECT_EQ(ModeOf(folder / "page.html"), 0644u);
  EXPECT_EQ(FilesIn(folder), 1u);
}

TEST(PageSink, NeverShowsAPartOfAPage) {
  const Folder folder;
  PageSink sink(folder / "page.html");
  const std::string a(300000, 'a');
  const std::string b(200000, 'b');
  sink.Deliver(*DocumentOf(a), {});
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int i = 0; i < 50; ++i) sink.Deliver(*DocumentOf(i % 2 ? a : b), {});
    done = true;
  });
  while (!done) {
    const std::string seen = ContentOf(folder / "page.html");
    ASSERT_TRUE(seen == a || seen == b) << seen.size();
  }
}

TEST(PageSink, LeavesNoTemporaryFileAfterAFailure) {
  const Folder folder;
  std::filesystem::create_directory(folder / "page.html");
  std::ofstream(folder / "page.html/inside") << "keeps the directory";
  PageSink sink(folder / "page.html");
  EXPECT_EQ(sink.Deliver(*DocumentOf("page"), {}).result, Result::kRetry);
  EXPECT_EQ(FilesIn(folder), 1u);
  PageSink missing(folder / "missing/page.html");
  EXPECT_EQ(missing.Deliver(*DocumentOf("page"), {}).error,
            "cannot write " + (folder / "missing/page.html") +
                ": No such file or directory");
}

TEST(PageSink, FollowsALinkToThePage) {
  const Folder folder;
  std::ofstream(folder / "real") << "old";
  std::filesystem::create_symlink("real", folder / "link");
  PageSink sink(folder / "link");
  EXPECT_EQ(sink.Deliver(*DocumentOf("new"), {}).result, Result::kDelivered);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(ContentOf(folder / "real"), "new");
}

TEST(PageSink, WritesIntoADevice) {
  PageSink sink("/dev/null");
  EXPECT_EQ(sink.Deliver(*DocumentOf("page"), {}).result, Result::kDelivered);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  PageSink full("/dev/full");
  EXPECT_EQ(full.Deliver(*DocumentOf("page"), {}).error,
            "cannot write /dev/full: No space left on device");
}

TEST(PageSink, PrintsEachPage) {
  PageSink sink("-");
  testing::internal::CaptureStdout();
  sink.Deliver(*DocumentOf("one\n"), {});
  sink.Deliver(*DocumentOf("two\n"), {});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "one\ntwo\n");
}

}  // namespace
}  // namespace ipband
