// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/query.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

std::string Fault(std::string_view text) {
  try {
    ParseQuery(text);
  } catch (const BadQuery& bad) {
    return bad.what();
  }
  return "none";
}

TEST(Query, HoldsNamesAndValues) {
  EXPECT_EQ(ParseQuery("interface=eth0&subnet=10.1.1.0/24"),
            (Query{{"interface", "eth0"}, {"subnet", "10.1.1.0/24"}}));
  EXPECT_EQ(ParseQuery(""), Query());
}

TEST(Query, IsPercentDecoded) {
  EXPECT_EQ(ParseQuery("subnet=2001%3adb8%3A%3A%2f56&a%3Db=1%262"),
            (Query{{"subnet", "2001:db8::/56"}, {"a=b", "1&2"}}));
  EXPECT_EQ(ParseQuery("name=branch+82%2B").at("name"), "branch 82+");
  EXPECT_EQ(ParseQuery("name=caf%C3%A9").at("name"), "caf\xc3\xa9");
  // Once only.
  EXPECT_EQ(ParseQuery("a=%2541").at("a"), "%41");
}

TEST(Query, TakesEmptyPiecesAndValues) {
  EXPECT_EQ(ParseQuery("&&a=&b&c==&"),
            (Query{{"a", ""}, {"b", ""}, {"c", "="}}));
}

TEST(Query, IsRefusedWithABrokenEscape) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "a=%4g", "%", "a=%%41",
                           "a=%4&b=1", "a=%-1", "a=% 1", "a=%u0041"}) {
    EXPECT_EQ(Fault(text),
              "the query has a \"%\" without two hexadecimal digits")
        << text;
  }
}

TEST(Query, IsRefusedWithControlCharacters) {
  for (const std::string_view text :
       {std::string_view("a=%00"), std::string_view("a=b%0d%0aX:y"),
        std::string_view("a%7f=1"), std::string_view("a=\0b", 4),
        std::string_view("a=\t"), std::string_view("%1b[31m=1")}) {
    EXPECT_EQ(Fault(text), "the query has a control character") << text;
  }
}

TEST(Query, IsRefusedIfNotUtf8) {
  for (const char* text : {"a=%ff", "a=%c3", "a=%c0%af", "a=%ed%a0%80",
                           "a=\xe9", "%f5%80%80%80=1"}) {
    EXPECT_EQ(Fault(text), "the query is not UTF-8") << text;
  }
}

TEST(Query, IsRefusedIfAParameterHasNoNameOrTwoValues) {
  EXPECT_EQ(Fault("=1"), "the query has a value without a name");
  EXPECT_EQ(Fault("a=1&="), "the query has a value without a name");
  EXPECT_EQ(Fault("a=1&a=1"), "the query has a parameter twice");
  EXPECT_EQ(Fault("a=1&%61=2"), "the query has a parameter twice");
  EXPECT_EQ(Fault("a&a"), "the query has a parameter twice");
}

TEST(Query, IsBounded) {
  EXPECT_EQ(ParseQuery("a=" + std::string(4094, 'x')).at("a").size(), 4094U);
  EXPECT_EQ(Fault("a=" + std::string(4095, 'x')),
            "the query is longer than 4096 bytes");
  std::string many;
  for (int i = 0; i < 64; ++i) many += "&p" + std::to_string(i) + "=1";
  EXPECT_EQ(ParseQuery(many).size(), 64U);
  EXPECT_EQ(Fault(many + "&q"), "the query has more than 64 parameters");
  EXPECT_EQ(ParseQuery(std::string(4096, '&')), Query());
}

TEST(PercentEncode, IsWhatTheQueryDecodes) {
  EXPECT_EQ(PercentEncode("20261121T202915Z-eth0-10.1.1.0_24"),
            "20261121T202915Z-eth0-10.1.1.0_24");
  EXPECT_EQ(PercentEncode("a/b?c"), "a%2Fb%3Fc");
  const std::string odd = "a b+c&d=e%f\"<\xc3\xa9";
  EXPECT_EQ(ParseQuery("v=" + PercentEncode(odd)).at("v"), odd);
}

}  // namespace
}  // namespace ipband
