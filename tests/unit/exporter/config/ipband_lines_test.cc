// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipband_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace ipband {
namespace {

// "NUMBER:KEYWORD|VALUE " for every line.
std::string Split(std::string_view text) {
  std::string result;
  for (const IpbandLine& line : SplitIpbandLines(text)) {
    result += std::to_string(line.number) + ":" + std::string(line.keyword) +
              "|" + std::string(line.value) + " ";
  }
  return result;
}

TEST(IpbandLines, BlanksAndEqualsSignsStandBetweenKeywordAndValue) {
  EXPECT_EQ(Split("a b\nc=d\n e == f \n\tg\th\n=i=j="),
            "1:a|b 2:c|d 3:e|f 4:g|h 5:i|j ");
}

TEST(IpbandLines, TheValueKeepsWhatIsInsideOfIt) {
  EXPECT_EQ(Split("mailfoot = foo=bar\nfilter host 1 and  tcp"),
            "1:mailfoot|foo=bar 2:filter|host 1 and  tcp ");
}

TEST(IpbandLines, CommentsHaveALineOfTheirOwn) {
  EXPECT_EQ(Split("# x\n  # y\ntop 5 # five\nw a#b\nv\t#c"),
            "3:top|5 # five 4:w|a#b 5:v|#c ");
}

TEST(IpbandLines, ACommentBehindAValueBeginsAfterABlank) {
  EXPECT_EQ(WithoutComment("5 # five"), "5");
  EXPECT_EQ(WithoutComment("5\t#"), "5");
  EXPECT_EQ(WithoutComment("a#b"), "a#b");
  EXPECT_EQ(WithoutComment("#c"), "");
  EXPECT_EQ(WithoutComment(""), "");
}

TEST(IpbandLines, MayEndAsInDosOrNotAtAll) {
  EXPECT_EQ(Split("a b\r\n\r\nc d\r\ne f"), "1:a|b 3:c|d 4:e|f ");
}

TEST(IpbandLines, MayBeLongerThan511Bytes) {
  const std::string value(2000, 'x');
  EXPECT_EQ(Split("# " + value + "\nmailto " + value),
            "2:mailto|" + value + " ");
}

TEST(IpbandLines, WithoutAValueHaveAnEmptyOne) {
  EXPECT_EQ(Split("top\nfork ="), "1:top| 2:fork| ");
}

}  // namespace
}  // namespace ipband
