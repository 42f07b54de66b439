// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/yaml_text.h"

#include <gtest/gtest.h>

#include "exporter/config/yaml_tree.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

// What the loader makes of it, in a map and in a list.
std::string ReadAsValue(const std::string& text) {
  const std::string yaml = YamlString(text);
  const YamlNode root =
      ParseYaml({"test", "key: " + yaml + "\nlist: [" + yaml + "]\n"});
  const YamlNode& value = root.entries.at(0).value;
  const YamlNode& item = root.entries.at(1).value.items.at(0);
  EXPECT_EQ(value.kind, YamlNode::Kind::kScalar) << yaml;
  EXPECT_EQ(item.text, value.text);
  return value.text;
}

TEST(YamlString, LeavesWordsPlain) {
  for (const char* word : {"eth0", "/var/log/ipband.txt", "ops@example.net"}) {
    EXPECT_EQ(YamlString(word), word);
  }
}

TEST(YamlString, QuotesWhatYamlTakesForSomethingElse) {
  for (const char* text :
       {"",     "~",     "null", "Null", "true", "No",     "off",
        "y",    "12",    "1.5",  "1e3",  "0x10", "-",      "- a",
        "a: b", "a #b",  "#a",   "*a",   "&a",   "!veth*", "%a",
        "@a",   "`a",    "[a",   "{a",   "a, b", "|",      ">",
        "?",    "\"a\"", "'a'",  " a",   "a ",   ":10059", "2001:db8::1",
        "\\",   "\\n",   "---",  "..."}) {
    EXPECT_EQ(YamlString(text).front(), '"') << text;
    EXPECT_EQ(ReadAsValue(text), text);
  }
}

TEST(YamlString, KeepsEveryCharacter) {
  for (int c = 1; c < 0x80; ++c) {
    const std::string text = {'a', static_cast<char>(c), 'b'};
    EXPECT_EQ(ReadAsValue(text), text) << c;
  }
  for (const char* text :
       {"Büro 北京 \xf0\x9f\x98\x80", "\xc2\x85", "\xe2\x80\xa8\xe2\x80\xa9",
        "\xef\xbb\xbf", "\t\n\r\x1b\x7f"}) {
    EXPECT_EQ(ReadAsValue(text), text);
  }
  EXPECT_EQ(YamlString("a\tb\xc2\x85"), "\"a\\u0009b\\u0085\"");
  EXPECT_EQ(YamlString("Büro 1"), "\"Büro 1\"");
}

TEST(YamlString, RefusesOtherEncodings) {
  EXPECT_EQ(
      BadValueOf([] { YamlString("B\xfcro"); }),
      "\"B\\\\xfcro\" is not UTF-8, which YAML has to be; allowed: UTF-8");
}

TEST(YamlText, WritesASectionOnceSomethingIsInIt) {
  const YamlComments none;
  YamlText out(none);
  out.Open("empty");
  out.Write("key", "1", "1");
  out.Close();
  out.Open("outer");
  out.Open("inner");
  out.Write("key", "2", "1");
  out.Close();
  out.Write("last", "[]");
  out.Close();
  EXPECT_EQ(out.text(), "outer:\n  inner:\n    key: 2\n  last: []\n");
}

TEST(YamlText, WritesMapsInAList) {
  const YamlComments none;
  YamlText out(none);
  out.Open("outer");
  out.OpenList("list");
  for (const char* name : {"a", "b"}) {
    out.OpenItem();
    out.Write("name", name);
    out.Open("inner");
    out.Write("key", "1");
    out.Close();
    out.CloseItem();
  }
  out.CloseList();
  out.Close();
  EXPECT_EQ(out.text(),
            "outer:\n"
            "  list:\n"
            "    - name: a\n"
            "      inner:\n"
            "        key: 1\n"
            "    - name: b\n"
            "      inner:\n"
            "        key: 1\n");
}

TEST(YamlText, WritesCommentsWhereTheyBelong) {
  const YamlComments comments = {{"", {"top"}},
                                 {"outer.key", {"first", "sec\nond \xff"}},
                                 {"outer.list", {"of the list"}}};
  YamlText out(comments);
  out.Open("outer");
  out.Write("key", "1", "1");
  out.OpenList("list");
  out.OpenItem();
  out.Write("name", "a");
  out.CloseItem();
  out.CloseList();
  out.Close();
  EXPECT_EQ(out.text(),
            "# top\n"
            "outer:\n"
            "  # first\n"
            "  # sec ond \\xff\n"
            "  list:\n"
            "    # of the list\n"
            "    - name: a\n");
}

}  // namespace
}  // namespace ipband
