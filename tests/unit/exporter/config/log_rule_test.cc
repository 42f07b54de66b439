// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/log_rule.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

std::string Canonical(std::string_view text) {
  return ToString(ParseLogRule(text));
}

std::string RuleError(const std::string& text) {
  return BadValueOf([&] { ParseLogRule(text); });
}

Address At(std::string_view text) { return *ParseAddress(text); }

TEST(LogRule, AloneCountsEverything) {
  EXPECT_EQ(ParseLogRule("LOG"), LogRule{});
  EXPECT_EQ(ParseLogRule("log Both WITH"), LogRule{});
}

TEST(LogRule, HasAHostAndAPeer) {
  const LogRule rule = ParseLogRule("LOG FROM 10.1.2.3/16 NOT WITH 10.0.0.9/8");
  EXPECT_EQ(rule.count, LogRule::Count::kFrom);
  EXPECT_FALSE(rule.host.any);
  EXPECT_EQ(rule.host.network, At("10.1.0.0"));
  EXPECT_EQ(rule.host.mask, At("255.255.0.0"));
  EXPECT_TRUE(rule.not_with);
  EXPECT_EQ(rule.peer.network, At("10.0.0.0"));
}

TEST(LogRule, IsWrittenInOneWay) {
  EXPECT_EQ(Canonical("log 10.1.0.0 / 255.255.0.0 not with 10.0.0.0/08"),
            "LOG BOTH 10.1.0.0/16 NOT WITH 10.0.0.0/8");
  EXPECT_EQ(Canonical("LOG NONE 10.0.0.1/32 WITH 10.0.0.2"),
            "LOG NONE 10.0.0.1 WITH 10.0.0.2");
  EXPECT_EQ(Canonical("LOG TO 10.1.2.3/255.0.255.255"),
            "LOG TO 10.0.2.3/255.0.255.255");
  EXPECT_EQ(Canonical("LOG FROM"), "LOG FROM");
  EXPECT_EQ(Canonical("LOG WITH 10.0.0.1"), "LOG BOTH WITH 10.0.0.1");
  EXPECT_EQ(Canonical("LOG NOT WITH"), "LOG BOTH NOT WITH");
  EXPECT_EQ(Canonical("LOG 10.0.0.1 WITH"), "LOG BOTH 10.0.0.1");
}

TEST(LogRule, WhatIsWrittenIsReadAsTheSame) {
  for (const char* text :
       {"LOG", "LOG NONE 10.0.0.0/0 WITH 0.0.0.0/0.0.0.255", "LOG NOT WITH",
        "LOG TO 2001:db8::1 NOT WITH 2001:db8::/33",
        "LOG ::1/ffff::ffff WITH ::/0", "LOG 2001:db8::/64 WITH ::/65"}) {
    const LogRule rule = ParseLogRule(text);
    EXPECT_EQ(ParseLogRule(ToString(rule)), rule) << text;
  }
}

TEST(LogRule, TakesIpv6) {
  EXPECT_EQ(Canonical("LOG BOTH 2001:db8::1/32 NOT WITH 2001:DB8:0::/64"),
            "LOG BOTH 2001:db8::/32 NOT WITH 2001:db8::/64");
  EXPECT_EQ(Canonical("LOG 2001:db8::1/ffff::ffff"),
            "LOG BOTH 2001::1/ffff::ffff");
  EXPECT_EQ(RuleError("LOG 2001:db8::/129"),
            "\"129\" cannot stand here; allowed: mask bits from 0 to 128");
  EXPECT_EQ(RuleError("LOG 2001:db8::/255.0.0.0"),
            "\"255.0.0.0\" is a mask of the other IP version; allowed: mask "
            "bits, or a mask of the same version");
}

// ipfm refused it.
TEST(LogRule, NoBitsAreEveryAddressOfTheVersion) {
  const LogRule rule = ParseLogRule("LOG 10.0.0.1/0");
  EXPECT_TRUE(rule.host.Matches(At("192.0.2.1")));
  EXPECT_FALSE(rule.host.Matches(At("2001:db8::1")));
  EXPECT_EQ(rule, ParseLogRule("LOG 1.2.3.4/0.0.0.0"));
}

TEST(LogRule, SaysWhatIsWrong) {
  EXPECT_EQ(RuleError("LOG hostname"),
            "\"hostname\" cannot stand here; allowed: NONE, FROM, TO, BOTH, "
            "NOT WITH, WITH or an address, ADDRESS/BITS or ADDRESS/MASK "
            "(10.1.0.0/16, 2001:db8::/32)");
  EXPECT_EQ(RuleError("LOG NOT"), "the line ends too early; allowed: WITH");
  EXPECT_EQ(RuleError("LOG 10.0.0.1 NOT 10.0.0.2"),
            "\"10.0.0.2\" cannot stand here; allowed: WITH");
  EXPECT_EQ(RuleError("LOG 10.0.0.1 10.0.0.2"),
            "\"10.0.0.2\" cannot stand here; allowed: NOT WITH or WITH");
  EXPECT_EQ(RuleError("LOG WITH 10.0.0.1 10.0.0.2"),
            "\"10.0.0.2\" cannot stand here; allowed: nothing more on this "
            "line but a comment");
  EXPECT_EQ(RuleError("LOG 10.0.0.0/33"),
            "\"33\" cannot stand here; allowed: mask bits from 0 to 32");
  EXPECT_EQ(RuleError("LOG 10.0.0.0/99999999999999999999"),
            "\"99999999999999999999\" cannot stand here; allowed: mask bits "
            "from 0 to 32");
  EXPECT_EQ(RuleError("LOG 10.0.0.0/"),
            "the line ends too early; allowed: mask bits like 24, or a mask");
  EXPECT_EQ(RuleError("BOTH 10.0.0.1"),
            "\"BOTH 10.0.0.1\" is no rule; allowed: LOG [NONE|FROM|TO|BOTH] "
            "[HOST] [[NOT] WITH [HOST]]");
  EXPECT_NE(RuleError(""), "");
  EXPECT_NE(RuleError("LOG \"10.0.0.1\""), "");
  EXPECT_NE(RuleError("LOG FROM 10.0.0.1 TO 10.0.0.2"), "");
  EXPECT_EQ(RuleError("LOG\nLOG"),
            "\"LOG\\x0aLOG\" has several lines; allowed: one rule");
}

// ipfm: such an address was 0.0.0.0, such a mask anything.
TEST(LogRule, OctetsEndAt255) {
  for (const char* text : {"LOG 300.0.0.1", "LOG 10.0.0", "LOG 10.0.0.1.",
                           "LOG WITH 1.2.3.0004"}) {
    EXPECT_NE(RuleError(text).find("four numbers from 0 to 255"),
              std::string::npos)
        << text;
  }
  EXPECT_NE(RuleError("LOG 10.0.0.1/300.255.255.255"), "");
}

// ipfm took them for octal.
TEST(LogRule, OctetsWithALeadingZeroAreTold) {
  const std::string text = "LOG 012.0.0.1/24 WITH 1.2.3.077";
  IpfmLexer lexer(text);
  const IpfmLine statement = *lexer.Next();
  IpfmReader reader(statement);
  reader.TakeIf("LOG");
  std::vector<OctalLook> octal;
  EXPECT_EQ(ReadLogRule(reader, octal).host.network, At("12.0.0.0"));
  ASSERT_EQ(octal.size(), 2u);
  EXPECT_EQ(octal[0].word.text, "012.0.0.1");
  EXPECT_EQ(octal[1].decimal, "1.2.3.77");
  EXPECT_EQ(RuleError(text),
            "\"012.0.0.1\" has an octet with a leading 0; allowed: 12.0.0.1");
  EXPECT_EQ(Canonical("LOG 007.00.000.1"), "LOG BOTH 7.0.0.1");
}

}  // namespace
}  // namespace ipband
