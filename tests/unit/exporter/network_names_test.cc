// SPDX-License-Identifier: Apache-2.0
#include "exporter/network_names.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/temp_file.h"

namespace ipband {
namespace {

TEST(NetworkNames, AreFoundByTheAddressOfTheNetwork) {
  const TempFile file("# comment\nloopback 127.0.0.0\nbranch 10.2.2 alias\n");
  const auto names = ReadNetworkNames(file.path());
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names.at(Address::V4(0x0a020200)), "branch");
}

TEST(NetworkNames, ThatAreNotUtf8AreLeftOut) {
  const TempFile file("caf\xe9 10.1.0.0\ncaf\xc3\xa9 10.2.0.0\n");
  const auto names = ReadNetworkNames(file.path());
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names.begin()->second, "caf\xc3\xa9");
}

}  // namespace
}  // namespace ipband
