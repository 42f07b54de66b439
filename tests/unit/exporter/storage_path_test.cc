// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage_path.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/exporter/temp_file.h"

namespace ipband {
namespace {

TEST(StoragePath, IsTheFirstDirectoryOfTheService) {
  EXPECT_EQ(DefaultStoragePath({"/run/a", "/"}), "/run/a");
  EXPECT_EQ(DefaultStoragePath({"/run/a:/run/b", "/"}), "/run/a");
}

TEST(StoragePath, OfTheServiceStandsInTheEnvironment) {
  ASSERT_EQ(setenv("STATE_DIRECTORY", "/run/x", 1), 0);
  EXPECT_EQ(FindStoragePlaces().of_service, "/run/x");
  ASSERT_EQ(unsetenv("STATE_DIRECTORY"), 0);
  EXPECT_EQ(FindStoragePlaces().of_service, "");
  EXPECT_EQ(FindStoragePlaces().of_system, "/var/lib/ipband_exporter");
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
