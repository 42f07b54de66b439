// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/text_file.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::string_literals::operator""s;

TEST(TextFile, LosesItsByteOrderMark) {
  const TempFile file("\xef\xbb\xbfinterface eth0");
  EXPECT_EQ(ReadTextFile(file.path()).text, "interface eth0");
}

TEST(TextFile, ThatIsMissingOrAFolderIsAnError) {
  EXPECT_EQ(ErrorOf([] { ReadTextFile("/nowhere/x"); }),
            "ipband_exporter: error: cannot read /nowhere/x: No such file or "
            "directory");
  EXPECT_EQ(ErrorOf([] { ReadTextFile("/"); }),
            "ipband_exporter: error: cannot read /: Is a directory");
}

TEST(TextFile, WithANulByteIsAnError) {
  const TempFile file("interface\0eth0"s);
  EXPECT_EQ(ErrorOf([&] { ReadTextFile(file.path()); }),
            file.path() + ": holds a NUL byte; allowed: text in UTF-8");
}

TEST(TextFile, ThatNeverEndsIsAnError) {
  EXPECT_EQ(ErrorOf([] { ReadTextFile("/dev/zero"); }),
            "ipband_exporter: error: cannot read /dev/zero: File too large");
}

}  // namespace
}  // namespace ipband
