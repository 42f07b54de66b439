// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/file_output.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

TEST(AddFile, LeavesAloneWhatIsThere) {
  const Folder folder;
  EXPECT_FALSE(AddFile(folder / "a", "one", 0644, {}));
  EXPECT_EQ(AddFile(folder / "a", "two", 0644, {}), std::errc::file_exists);
  EXPECT_EQ(ContentOf(folder / "a"), "one");
  std::filesystem::create_symlink("nowhere", folder / "link");
  EXPECT_EQ(AddFile(folder / "link", "two", 0644, {}), std::errc::file_exists);
  EXPECT_EQ(FilesIn(folder), 2u);
}

TEST(AddFile, IsDoneByOneOfMany) {
  const Folder folder;
  for (int round = 0; round < 50; ++round) {
    const std::string path = folder / std::to_string(round);
    std::atomic<int> made = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          if (!AddFile(path, "text", 0644, {})) ++made;
        });
      }
    }
    EXPECT_EQ(made, 1);
  }
  EXPECT_EQ(FilesIn(folder), 50u);
}

}  // namespace
}  // namespace ipband
