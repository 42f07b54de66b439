// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/written_files.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(WrittenFiles, RemembersUntilTold) {
  WrittenFiles files;
  EXPECT_FALSE(files.Contains("/a"));
  files.Add("/a");
  EXPECT_TRUE(files.Contains("/a"));
  EXPECT_FALSE(files.Contains("/b"));
  files.Remove("/a");
  EXPECT_FALSE(files.Contains("/a"));
}

TEST(WrittenFiles, ForgetsTheOldestOfVeryMany) {
  WrittenFiles files;
  const size_t many = 2 * WrittenFiles::kRemembered;
  for (size_t i = 0; i < many; ++i) files.Add(std::to_string(i));
  EXPECT_FALSE(files.Contains("0"));
  EXPECT_TRUE(files.Contains(std::to_string(many - 1)));
  EXPECT_TRUE(files.Contains(std::to_string(many - WrittenFiles::kRemembered)));
}

}  // namespace
}  // namespace ipband
