// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_ipband.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;

struct Loaded {
  Config config = IpbandDefaults();
  Origins origins;
  IpbandExtras extras;
};

Loaded IpbandOf(const std::string& text) {
  Loaded loaded;
  loaded.extras = LoadIpband({"f", text}, loaded.config, loaded.origins);
  return loaded;
}

std::string IpbandError(const std::string& text) {
  return ErrorOf([&] { IpbandOf(text); });
}

TEST(LoadIpband, TheDefaultsAreIpbands) {
  const Config config = IpbandOf("").config;
  EXPECT_TRUE(config.accounting.local.any);
  EXPECT_FALSE(config.accounting.local.automatic);
  EXPECT_DOUBLE_EQ(*config.thresholds.bytes_per_second, 7168);
  EXPECT_EQ(config.accounting.averaging_period, seconds(60));
  EXPECT_EQ(config.thresholds.report_period, seconds(300));
  EXPECT_EQ(config.accounting.aggregate_ipv4, 24);
  EXPECT_TRUE(config.capture.promiscuous);
}

TEST(LoadIpband, ReadsEveryKeywordInAnyCase) {
  const Loaded loaded = IpbandOf(
      "interface eth1\nPROMISC No\nDebug = 2\nfork yes\n"
      "filter net 10.0.0.0/8\nBandWidth 3.5\naverage 10\nreport==20\n"
      "maskbits 16\nlenadj -4\nlocalrange 10.0.0.0/8:192.168\n"
      "subnet 10.0.1.0 bandwidth 1\n");
  const Config& config = loaded.config;
  EXPECT_EQ(config.capture.interfaces,
            (std::vector<InterfaceOptions>{{"eth1", "net 10.0.0.0/8"}}));
  EXPECT_FALSE(config.capture.promiscuous);
  EXPECT_DOUBLE_EQ(*config.thresholds.bytes_per_second, 3584);
  EXPECT_EQ(config.accounting.averaging_period, seconds(10));
  EXPECT_EQ(config.thresholds.report_period, seconds(20));
  EXPECT_EQ(config.accounting.aggregate_ipv4, 16);
  EXPECT_EQ(config.accounting.length_adjustment, -4);
  EXPECT_EQ(config.accounting.local.ranges.size(), 2u);
  EXPECT_FALSE(config.accounting.local.any);
  EXPECT_EQ(loaded.extras.debug, 2);
  EXPECT_TRUE(loaded.extras.fork);
  EXPECT_EQ(loaded.extras.filter, "net 10.0.0.0/8");
  EXPECT_EQ(loaded.extras.subnets.size(), 1u);
  EXPECT_TRUE(loaded.extras.warnings.empty());
  EXPECT_EQ(loaded.origins.at("thresholds.report_period"), "f:8");
}

TEST(LoadIpband, OfARepeatedKeywordTheLastLineHolds) {
  const Loaded loaded = IpbandOf("average 10\naverage 20\n");
  EXPECT_EQ(loaded.config.accounting.averaging_period, seconds(20));
}

TEST(LoadIpband, MaskBitsAreThoseOfBothFamilies) {
  EXPECT_EQ(IpbandOf("maskbits 0").config.accounting.aggregate_ipv6, 0);
  EXPECT_EQ(IpbandOf("maskbits 32").config.accounting.aggregate_ipv6, 128);
  EXPECT_EQ(IpbandOf("maskbits 20").config.accounting.aggregate_ipv6, 64);
}

TEST(LoadIpband, ReadsWhatIsAboutReports) {
  const Loaded loaded = IpbandOf(
      "top 5 # five\naccumulate ok # yes\noutfile a b.txt\n"
      "htmlfile x.html\nhtmltitle My title\nmailto a@b, c@d \n"
      "mailfoot foo=bar\nmtastring \"/bin/x -t -oi\"\n");
  const ReportOptions& reports = loaded.config.reports;
  EXPECT_EQ(reports.top, 5u);
  EXPECT_TRUE(reports.accumulate);
  EXPECT_EQ(reports.text, "a b.txt");
  EXPECT_EQ(reports.html, "x.html");
  EXPECT_EQ(reports.html_title, "My title");
  EXPECT_EQ(reports.mail.to, std::vector<std::string>{"a@b, c@d"});
  EXPECT_EQ(reports.mail.footer, "foo=bar");
  EXPECT_EQ(reports.mail.command, "/bin/x -t -oi");
  EXPECT_TRUE(loaded.extras.warnings.empty());
  EXPECT_EQ(loaded.origins.at("reports.text"), "f:3");
}

TEST(LoadIpband, EveryReportGoesToAFileAndToSendmailOnceThereIsAnAddress) {
  const ReportOptions reports = IpbandOf("").config.reports;
  EXPECT_EQ(reports.text, "ipband.txt");
  EXPECT_EQ(reports.html, "");
  EXPECT_EQ(reports.top, 0u);
  EXPECT_FALSE(reports.accumulate);
  EXPECT_TRUE(reports.mail.to.empty());
  EXPECT_EQ(reports.mail.command, "/usr/sbin/sendmail -t -oi");
  EXPECT_EQ(reports.mail.repeat, seconds(0));
}

TEST(LoadIpband, ATitleAloneMakesNoPage) {
  EXPECT_EQ(IpbandOf("htmltitle Site").config.reports.html, "");
}

TEST(LoadIpband, FreeTextMayHoldANumberSign) {
  const Config config =
      IpbandOf(
          "htmltitle Site #1\nmtastring \"/bin/x #1\"\n"
          "outfile a #2\nhtmlfile b #3\nmailfoot c #4\nmailto d #5\n"
          "filter host 1.2.3.4 # x\n")
          .config;
  EXPECT_EQ(config.reports.html_title, "Site #1");
  EXPECT_EQ(config.reports.mail.command, "/bin/x #1");
  EXPECT_EQ(config.reports.text, "a #2");
  EXPECT_EQ(config.reports.html, "b #3");
  EXPECT_EQ(config.reports.mail.footer, "c #4");
  EXPECT_EQ(config.reports.mail.to, std::vector<std::string>{"d #5"});
  EXPECT_EQ(config.capture.interfaces.front().filter, "host 1.2.3.4 # x");
}

TEST(LoadIpband, OfTheCommandOnePairOfQuotesIsTakenOff) {
  const auto command = [](const std::string& value) {
    return IpbandOf("mtastring " + value).config.reports.mail.command;
  };
  EXPECT_EQ(command("a b"), "a b");
  EXPECT_EQ(command("\"\"a\"\""), "\"a\"");
  EXPECT_EQ(command("\"a"), "\"a");
  EXPECT_EQ(command("\""), "\"");
  EXPECT_EQ(command("\"\""), "");
  EXPECT_EQ(command(""), "");
}

TEST(LoadIpband, AReportHasAFileWithAName) {
  const std::string sentence =
      "the name is empty; allowed: a file, or - for standard output";
  EXPECT_EQ(IpbandError("outfile"), "f:1: outfile: " + sentence);
  EXPECT_EQ(IpbandError("htmlfile ="), "f:1: htmlfile: " + sentence);
  EXPECT_EQ(IpbandOf("outfile -").config.reports.text, "-");
  EXPECT_EQ(IpbandError("top five"),
            "f:1: top: \"five\" is not a whole number; allowed: 0 to "
            "2147483647");
}

TEST(LoadIpband, AKeywordThatBeginsWithOneIsReadAsItWithAWarning) {
  const Loaded loaded = IpbandOf("debugger 1\n");
  EXPECT_EQ(loaded.extras.debug, 1);
  const std::vector<std::string> expected = {
      "f:1: \"debugger\" is read as debug"};
  EXPECT_EQ(loaded.extras.warnings, expected);
}

TEST(LoadIpband, OtherKeywordsAreErrors) {
  const std::string allowed =
      "allowed: accumulate, average, bandwidth, debug, filter, fork, htmlfile, "
      "htmltitle, interface, lenadj, localrange, mailfoot, mailto, maskbits, "
      "mtastring, outfile, promisc, report, subnet, top";
  EXPECT_EQ(IpbandError("\nfrobnicate 12"),
            "f:2: unknown keyword \"frobnicate\"; " + allowed);
  EXPECT_EQ(
      IpbandError("averge 12"),
      "f:1: unknown keyword \"averge\"; did you mean average? " + allowed);
  for (const char* line : {"aver 5", ";comment", "// c"}) {
    EXPECT_NE(IpbandError(line), "") << line;
  }
}

TEST(LoadIpband, NumbersAreNumbersAndWithinRange) {
  for (const char* line :
       {"average 0", "average 0x10", "average 99999999999", "average",
        "average -1", "average 0s", "maskbits 33", "maskbits /24",
        "maskbits -1", "lenadj x", "debug yes", "top -1", "bandwidth xyz",
        "bandwidth -1", "bandwidth nan", "bandwidth 0x10",
        "subnet 10.0.0.0 bandwidth x"}) {
    EXPECT_NE(IpbandError(line), "") << line;
  }
  EXPECT_EQ(IpbandOf("lenadj +4").config.accounting.length_adjustment, 4);
  EXPECT_EQ(IpbandOf("average 0300").config.accounting.averaging_period,
            seconds(300));
}

TEST(LoadIpband, WhatFollowsANumberIsPassedOverAndTold) {
  const Loaded average = IpbandOf("average 10 seconds");
  EXPECT_EQ(average.config.accounting.averaging_period, seconds(10));
  EXPECT_EQ(average.extras.warnings,
            std::vector<std::string>{"f:1: \"10 seconds\" is read as 10"});
  const Loaded bandwidth = IpbandOf("bandwidth 3.5xyz");
  EXPECT_EQ(bandwidth.config.thresholds.bytes_per_second, 3.5 * 1024);
  EXPECT_EQ(bandwidth.extras.warnings.size(), 1u);
  EXPECT_TRUE(IpbandOf("bandwidth 56kbit/s").extras.warnings.empty());
  const Loaded subnet = IpbandOf("subnet 10.0.9.0 bandwidth 4.5kB and more");
  EXPECT_EQ(subnet.extras.subnets.front().threshold_bytes_per_second,
            4.5 * 1024);
  EXPECT_EQ(subnet.extras.warnings,
            std::vector<std::string>{"f:1: \"4.5kB and more\" is read as 4.5"});
}

TEST(LoadIpband, BooleansMeanWhatTheyMeantAndOddOnesAreTold) {
  for (const char* word : {"yes", "TRUE", "on", "ok"}) {
    const Loaded loaded = IpbandOf(std::string("fork ") + word);
    EXPECT_TRUE(loaded.extras.fork) << word;
    EXPECT_TRUE(loaded.extras.warnings.empty()) << word;
  }
  EXPECT_FALSE(IpbandOf("promisc off").config.capture.promiscuous);
  EXPECT_TRUE(IpbandOf("promisc off").extras.warnings.empty());
  EXPECT_TRUE(IpbandOf("fork Yes please").extras.fork);
  const Loaded one = IpbandOf("fork 1");
  EXPECT_FALSE(one.extras.fork);
  EXPECT_EQ(one.extras.warnings,
            std::vector<std::string>{"f:1: \"1\" means no; write yes or no"});
}

TEST(LoadIpband, ABadSubnetLineIsAnError) {
  EXPECT_EQ(IpbandError("interface v0\nsubnet 10.0.0.0 7\n"),
            "f:2: subnet: \"10.0.0.0 7\" has no bandwidth; allowed: subnet "
            "10.1.2.0 bandwidth 7.0");
}

TEST(LoadIpband, InterfacesHaveNoQuotes) {
  EXPECT_EQ(
      IpbandError("interface \"v0\""),
      "f:1: interface: \"\\\"v0\\\"\" is no interface name; allowed: a name "
      "without blanks, quotes or /, a glob (en*, !veth*), any or "
      "default");
  EXPECT_EQ(IpbandOf("interface v0 # x").config.capture.interfaces.front().name,
            "v0");
}

}  // namespace
}  // namespace ipband
