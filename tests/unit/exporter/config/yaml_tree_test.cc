// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/yaml_tree.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

YamlNode Tree(const std::string& text) { return ParseYaml({"f", text}); }

std::string TreeError(const std::string& text) {
  return ErrorOf([&] { Tree(text); });
}

TEST(YamlTree, KeepsTheOrderAndThePlaceOfEverything) {
  const YamlNode root = Tree("b: [1, two]\na:\n  c: x\n");
  ASSERT_EQ(root.kind, YamlNode::Kind::kMap);
  ASSERT_EQ(root.entries.size(), 2u);
  EXPECT_EQ(root.entries[0].key.text, "b");
  const YamlNode& list = root.entries[0].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].text, "two");
  EXPECT_EQ(PlaceOf(list.items[1], "f"), "f:1:8");
  EXPECT_EQ(PlaceOf(root.entries[1].value.entries[0].value, "f"), "f:3:6");
}

TEST(YamlTree, OfNothingIsNull) {
  for (const char* text :
       {"", "\n", "# comment\n", "---\n", "---\n...\n", "~"}) {
    EXPECT_EQ(Tree(text).kind, YamlNode::Kind::kNull) << text;
  }
}

TEST(YamlTree, AnAliasIsACopyThatStandsWhereItIsUsed) {
  const YamlNode root = Tree("a: &x [1, 2]\nb: *x\n");
  const YamlNode& copy = root.entries[1].value;
  EXPECT_EQ(copy.items.size(), 2u);
  EXPECT_EQ(PlaceOf(copy, "f"), "f:2:4");
}

TEST(YamlTree, AnAliasInsideOfItselfIsRefused) {
  EXPECT_EQ(TreeError("a: &x [*x]\n"),
            "f:1:8: the alias is inside of what it stands for; allowed: an "
            "alias (*name) after the end of its anchor (&name)");
}

TEST(YamlTree, AliasesThatMultiplyAreRefused) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = '1'; c < '9'; ++c) {
    const std::string before = std::string("*a") + static_cast<char>(c - 1);
    text += std::string("a") + c + ": &a" + c + " [";
    for (int i = 0; i < 10; ++i) text += before + (i < 9 ? "," : "]\n");
  }
  EXPECT_NE(TreeError(text).find("the file is too large; allowed: 1000000"),
            std::string::npos);
}

TEST(YamlTree, AStarOrAnExclamationMarkWithoutQuotesIsExplained) {
  EXPECT_EQ(TreeError("a: [*]"),
            "f:1:6: this is not YAML (alias not found after *); allowed: a "
            "word that begins with * or & in quotes");
  EXPECT_EQ(TreeError("a: [*b]"),
            "f:1:5: this is not YAML (the referenced anchor is not defined); "
            "allowed: a word that begins with * or & in quotes");
  EXPECT_EQ(TreeError("a: [!veth*]"),
            "f:1:5: \"!veth*\" is read as a YAML tag; allowed: a word that "
            "begins with ! in quotes");
}

TEST(YamlTree, AKeyStandsOnce) {
  EXPECT_EQ(TreeError("a:\n  b: 1\n  b: 2\n"),
            "f:3:3: key \"b\" stands in line 2 already; allowed: every key "
            "once");
}

TEST(YamlTree, AKeyIsAWordAndNoMergeKey) {
  EXPECT_EQ(TreeError("? [a]\n: 1\n"),
            "f:1:3: the key of a map is no word; allowed: key: value");
  EXPECT_EQ(TreeError("a: &x {b: 1}\nc: {<<: *x}\n"),
            "f:2:5: merge keys are not known; allowed: an alias (*name) as a "
            "value");
}

TEST(YamlTree, ASecondDocumentIsRefused) {
  EXPECT_EQ(TreeError("a: 1\n---\nb: 2\n"),
            "f:2:1: a second document begins; allowed: one document in a file");
}

TEST(YamlTree, TabsAreNamed) {
  EXPECT_EQ(TreeError("a:\n  b: 1\n\tc: 2\n"),
            "f:3:1: the line is indented with a tab; allowed: \"key: value\" "
            "lines, indented with blanks");
}

TEST(YamlTree, OtherMistakesAreTheParsersInOneLine) {
  EXPECT_EQ(TreeError("a: [1\n"),
            "f:2:1: this is not YAML (end of sequence flow not found); "
            "allowed: \"key: value\" lines, indented with blanks");
  // A message stays one line, and the terminal as it is.
  EXPECT_EQ(TreeError("a: \"\\\x1b\""),
            "f:1:7: this is not YAML (unknown escape character: ?); allowed: "
            "\"key: value\" lines, indented with blanks");
}

TEST(YamlTree, DepthIsBounded) {
  for (const char* piece : {"[", "{a: ", "- ", "? "}) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += piece;
    EXPECT_NE(TreeError(text), "") << piece;
  }
}

TEST(YamlTree, BytesThatAreNotUtf8AreRefused) {
  EXPECT_EQ(TreeError("a: 1\nb: \"\xc3\xa4\xff\"\n"),
            "f:2:6: this byte is not UTF-8; allowed: text in UTF-8");
}

}  // namespace
}  // namespace ipband
