// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/one_line.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(OneLine, KeepsWhatCanBeShown) {
  EXPECT_EQ(OneLine("Zürich, 2. Stock <lab>"), "Zürich, 2. Stock <lab>");
  EXPECT_EQ(OneLine(""), "");
}

TEST(OneLine, HoldsNoControlCharacters) {
  EXPECT_EQ(OneLine("lab\r\nBcc: all\x1b[2J\x7f\xc2\x9b"),
            "lab??Bcc: all?[2J??");
}

// YAML ends a comment there.
TEST(OneLine, HoldsNoLineSeparators) {
  EXPECT_EQ(OneLine("a\u2028b\u2029c\u2027"), "a?b?c\u2027");
}

TEST(OneLine, IsAlwaysUtf8) { EXPECT_EQ(OneLine("caf\xe9\n"), "caf\\xe9?"); }

TEST(IsOneWord, IsWhatFitsAColumn) {
  EXPECT_TRUE(IsOneWord("host-1.example.net"));
  EXPECT_TRUE(IsOneWord("z\xc3\xbcrich"));
  for (const char* text :
       {"", "two words", "a\tb", "a\nb", "caf\xe9", "a\x1b[2J", "a\xc2\x85"}) {
    EXPECT_FALSE(IsOneWord(text)) << text;
  }
}

}  // namespace
}  // namespace ipband
