// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace ipband {
namespace {

TEST(Utf8, CharactersOfEveryLengthAreTaken) {
  for (const std::string text :
       {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xef\xbf\xbd", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", "a\xc3\xa4z"}) {
    EXPECT_EQ(Utf8Length(text), text.size()) << text;
  }
}

TEST(Utf8, OtherBytesEndTheText) {
  for (const std::string text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x80\x80",
        "\xe0\xa0", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(Utf8Length("ab" + text), 2u);
  }
}

TEST(EscapeInvalidUtf8, ShowsOnlyTheBytesThatAreNot) {
  EXPECT_EQ(EscapeInvalidUtf8("eth0"), "eth0");
  EXPECT_EQ(EscapeInvalidUtf8("m\xc3\xbcnchen"), "m\xc3\xbcnchen");
  EXPECT_EQ(EscapeInvalidUtf8("v\xff\xc3"), "v\\xff\\xc3");
}

}  // namespace
}  // namespace ipband
