// SPDX-License-Identifier: Apache-2.0
#include "exporter/version.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(Version, TextHasTheFormOfEveryExporter) {
  const std::string text = VersionText();
  EXPECT_TRUE(text.starts_with("ipband_exporter, version "));
  EXPECT_NE(text.find(" (branch: "), std::string::npos);
  EXPECT_NE(text.find(", revision: "), std::string::npos);
  EXPECT_NE(text.find("\n  compiler:         "), std::string::npos);
  EXPECT_NE(text.find("\n  platform:         linux/"), std::string::npos);
}

TEST(Version, IsNeverEmpty) {
  EXPECT_STRNE(kVersion.version, "");
  EXPECT_STRNE(kVersion.branch, "");
  EXPECT_STRNE(kVersion.revision, "");
}

}  // namespace
}  // namespace ipband
