// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipfm_lines.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

// "LINE:COLUMN text" of each word, a | between statements.
std::string Cut(std::string_view text) {
  IpfmLexer lexer(text);
  std::string result;
  while (const std::optional<IpfmLine> statement = lexer.Next()) {
    if (!result.empty()) result += " |";
    for (const IpfmWord& word : statement->words) {
      if (!result.empty()) result += ' ';
      result += std::to_string(word.line) + ":" + std::to_string(word.column) +
                " " + std::string(word.text);
    }
  }
  return result;
}

// "LINE:COLUMN: sentence"
std::string Mistake(std::string_view text) {
  try {
    Cut(text);
  } catch (const IpfmMistake& mistake) {
    return std::to_string(mistake.line) + ":" + std::to_string(mistake.column) +
           ": " + mistake.what();
  }
  return "";
}

TEST(IpfmLines, AreCutIntoWords) {
  EXPECT_EQ(Cut("DEVICE v0\n\tLOG 10.0.0.0 /8\n"),
            "1:1 DEVICE 1:8 v0 | 2:2 LOG 2:6 10.0.0.0 2:15 / 2:16 8");
  EXPECT_EQ(Cut("LOG 10.0.0.0/255.0.0.0\n"),
            "1:1 LOG 1:5 10.0.0.0 1:13 / 1:14 255.0.0.0");
}

TEST(IpfmLines, SayNothingInCommentsAndBlanks) {
  EXPECT_EQ(Cut(""), "");
  EXPECT_EQ(Cut("\n \t\n# a 'b\n  # c"), "");
  EXPECT_EQ(Cut("\nUTC#local;\n\n#x\nLOG # all"), "2:1 UTC | 5:1 LOG");
}

TEST(IpfmLines, MayEndAsTheyLike) {
  EXPECT_EQ(Cut("UTC\r\n\r\nLOG \r\n"), "1:1 UTC | 3:1 LOG");
  EXPECT_EQ(Cut("UTC\nLOG"), "1:1 UTC | 2:1 LOG");
  EXPECT_EQ(Cut("UTC\r"), "1:1 UTC");
}

TEST(IpfmLines, TextInQuotesHoldsAnything) {
  EXPECT_EQ(Cut("FILENAME \"a b#c\" # d\n"), "1:1 FILENAME 1:10 a b#c");
  EXPECT_EQ(Cut("FILENAME \"a\nb\" c\nLOG"),
            "1:1 FILENAME 1:10 a\nb 2:4 c | 3:1 LOG");
  EXPECT_EQ(Cut("DEVICE\"v0\""), "1:1 DEVICE 1:7 v0");
}

TEST(IpfmLines, NamesOfInterfacesNeedNoQuotes) {
  EXPECT_EQ(Cut("DEVICE br-lan.100:1_x@y"), "1:1 DEVICE 1:8 br-lan.100:1_x@y");
}

TEST(IpfmLines, AnAddressEndsBeforeALetter) {
  EXPECT_EQ(Cut("LOG 10.0.0.1WITH 1.2.3.4NOT"),
            "1:1 LOG 1:5 10.0.0.1 1:13 WITH 1:18 1.2.3.4 1:25 NOT");
  EXPECT_EQ(Cut("10.0.0.1234 10.0.0x 1.2.3.4.5 1.2.3.4:a"),
            "1:1 10.0.0.1234 1:13 10.0.0x 1:21 1.2.3.4.5 1:31 1.2.3.4:a");
}

TEST(IpfmLines, MistakesHaveTheirPlace) {
  EXPECT_EQ(Mistake("LOG\nLOG ;\n"),
            "2:5: unexpected character \";\"; allowed: words, numbers, "
            "addresses, / and \"text\"");
  EXPECT_EQ(Mistake("LOG \rUTC\n").substr(0, 33),
            "1:5: unexpected character \"\\x0d\";");
  EXPECT_EQ(Mistake("\fLOG").substr(0, 5), "1:1: ");
  EXPECT_EQ(Mistake("LOG\nFILENAME \"\"\n"),
            "2:10: the text in quotes is empty; allowed: \"text\"");
  EXPECT_EQ(Mistake("FILENAME \"a\n\n"),
            "1:10: the text has no end; allowed: \"text\"");
}

TEST(IpfmLines, AReaderStandsBehindTheLastWordInTheEnd) {
  IpfmLexer lexer("SORT in\n");
  const IpfmLine statement = *lexer.Next();
  IpfmReader reader(statement);
  EXPECT_FALSE(reader.TakeIf("LOG"));
  EXPECT_TRUE(reader.TakeIf("sort"));
  EXPECT_FALSE(reader.TakeSlash());
  EXPECT_EQ(reader.Take().text, "in");
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_EQ(reader.Take().column, 8);
  EXPECT_FALSE(reader.TakeIf(""));
}

TEST(IpfmLines, KeywordsAreThoseOfIpfm) {
  EXPECT_TRUE(IsIpfmKeyword("LocalTime"));
  EXPECT_TRUE(IsIpfmKeyword("days"));
  EXPECT_FALSE(IsIpfmKeyword("Days"));
  EXPECT_FALSE(IsIpfmKeyword("LOCAL"));
}

}  // namespace
}  // namespace ipband
