// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage_path.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/exporter/temp_file.h"

namespace ipband {
namespace {

TEST(StoragePath, IsTheFirstDirectoryOfTheService) {
  EXPECT_EQ(DefaultStoragePath({"/run/a", "/"}), "/run/a");
  EXPECT_EQ(DefaultStoragePath({"/run/a:/run/b", "/"}), "/run/a");
}

TEST(StoragePath, ElseThatOfTheSystemIfItCanBeUsed) {
  EXPECT_EQ(DefaultStoragePath({"", "/tmp"}), "/tmp");
  EXPECT_EQ(DefaultStoragePath({":/run/b", "/tmp"}), "/tmp");
  EXPECT_EQ(DefaultStoragePath({"", "/nowhere/x"}), "");
  const TempFile file("no directory");
  EXPECT_EQ(DefaultStoragePath({"", file.path()}), "");
}

TEST(StoragePath, OfTheSystemMustBeWritable) {
  const bool is_root = geteuid() == 0;
  ASSERT_EQ(is_root ? seteuid(65534) : 0, 0);
  const std::string path = DefaultStoragePath({"", "/usr"});
  ASSERT_EQ(is_root ? seteuid(0) : 0, 0);
  EXPECT_EQ(path, "");
}

}  // namespace
}  // namespace ipband
