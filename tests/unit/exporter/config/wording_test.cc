// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/wording.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(Wording, QuotedTextStaysOnOneLine) {
  EXPECT_EQ(Quote("a\nb\x7f"), "\"a\\x0ab\\x7f\"");
  EXPECT_EQ(Quote("\"a\\b\""), R"("\"a\\b\"")");
}

TEST(Wording, QuotedTextIsCutWhenVeryLong) {
  EXPECT_EQ(Quote(std::string(500, 'x')),
            '"' + std::string(100, 'x') + "...\"");
}

TEST(Wording, ANearWordIsSuggested) {
  EXPECT_EQ(AllowedWords("averging_period", {"averaging_period", "length"}),
            "did you mean averaging_period? allowed: averaging_period, length");
  EXPECT_EQ(AllowedWords("LENGTH", {"averaging_period", "length"}),
            "did you mean length? allowed: averaging_period, length");
}

TEST(Wording, AFarWordIsNot) {
  EXPECT_EQ(AllowedWords("x", {"ab", "length"}), "allowed: ab, length");
  EXPECT_EQ(AllowedWords(std::string(100000, 'l'), {"length"}),
            "allowed: length");
}

TEST(Wording, LowerCaseLeavesOtherBytesAlone) {
  EXPECT_EQ(LowerCase("AbZ\xc3\x84"), "abz\xc3\x84");
}

}  // namespace
}  // namespace ipband
