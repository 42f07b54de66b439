// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_ipfm.h"

#include <gtest/gtest.h>

#include "exporter/config/log_rule.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Words = std::vector<std::string>;

IpfmConfig IpfmOf(const std::string& text) { return LoadIpfm({"f", text}); }

std::string IpfmError(const std::string& text) {
  return ErrorOf([&] { IpfmOf(text); });
}

Words Warnings(const std::string& text) { return IpfmOf(text).warnings; }

Words NamesOf(const IpfmConfig& config) {
  Words names;
  for (const MeterConfig& meter : config.meters) {
    names.push_back(meter.meter.name);
  }
  return names;
}

TEST(LoadIpfm, NothingSaidIsIpfmsDefault) {
  const IpfmConfig config = IpfmOf("LOG\n");
  ASSERT_EQ(config.meters.size(), 1u);
  const MeterConfig& meter = config.meters.front();
  EXPECT_EQ(meter.meter.rules, std::vector<LogRule>{LogRule{}});
  EXPECT_EQ(meter.meter.dump, (MeterGrid{hours(24), seconds(0)}));
  EXPECT_EQ(meter.meter.clear, MeterClear::kAlways);
  EXPECT_EQ(meter.dump, DumpOptions{});
  EXPECT_EQ(config.device, std::nullopt);
  EXPECT_EQ(config.promiscuous, std::nullopt);
  EXPECT_TRUE(config.warnings.empty());
}

TEST(LoadIpfm, ReadsEveryStatementInAnyCase) {
  const IpfmConfig config = IpfmOf(
      "device \"v0\"\nutc\nlog both 10.0.0.0/24 not with 10.0.0.0/8\n"
      "Sort Total\nresolve\nappend\nnopromisc\n"
      "dump every 1 minute 30 seconds after 10 seconds\n"
      "clear every 3 minutes after 90 seconds\nfilename abc\nLOG FROM\n");
  ASSERT_EQ(config.meters.size(), 1u);
  const MeterConfig& meter = config.meters.front();
  EXPECT_EQ(config.device, "v0");
  EXPECT_EQ(config.device_place, "f:1");
  EXPECT_EQ(config.promiscuous, false);
  EXPECT_EQ(config.promiscuous_place, "f:7");
  ASSERT_EQ(meter.meter.rules.size(), 2u);
  EXPECT_EQ(ToString(meter.meter.rules[0]),
            "LOG BOTH 10.0.0.0/24 NOT WITH 10.0.0.0/8");
  EXPECT_EQ(ToString(meter.meter.rules[1]), "LOG FROM");
  EXPECT_EQ(meter.meter.dump, (MeterGrid{seconds(90), seconds(10)}));
  // ipfm: counted from the dumps' own delay.
  EXPECT_EQ(meter.meter.clear, MeterClear::kEvery);
  EXPECT_EQ(meter.meter.clear_grid, (MeterGrid{seconds(180), seconds(100)}));
  EXPECT_EQ(meter.dump.file, "abc");
  EXPECT_EQ(meter.dump.mode, DumpMode::kAppend);
  EXPECT_EQ(meter.dump.sort, DumpSort::kTotal);
  EXPECT_TRUE(meter.dump.resolve);
  EXPECT_FALSE(meter.dump.local_time);
  EXPECT_EQ(config.places.at(0).name, "f:10");
}

TEST(LoadIpfm, NewlogStartsFromTheDefaults) {
  const IpfmConfig config = IpfmOf(
      "LOG\nSORT IN\nDUMP EVERY 1 minute\nCLEAR NEVER\nFILENAME a\nAPPEND\n"
      "RESOLVE\nNEWLOG\nLOG TO\n");
  ASSERT_EQ(config.meters.size(), 2u);
  EXPECT_EQ(config.meters[1].meter.dump, MeterGrid{});
  EXPECT_EQ(config.meters[1].meter.clear, MeterClear::kAlways);
  EXPECT_EQ(config.meters[1].dump, DumpOptions{});
  EXPECT_EQ(config.places.at(0).name, "f:5");
  EXPECT_EQ(config.places.at(1).name, "f:8");
}

TEST(LoadIpfm, GlobalStatementsHoldWhereverTheyStand) {
  const IpfmConfig config = IpfmOf(
      "LOG\nUTC\nDEVICE a\nNEWLOG\nLOG\nUTC\nLOCAL\nUTC\nDEVICE b.1-x_@\n"
      "NOPROMISC\nPROMISC\n");
  EXPECT_FALSE(config.meters[0].dump.local_time);
  EXPECT_FALSE(config.meters[1].dump.local_time);
  EXPECT_EQ(config.device, "b.1-x_@");
  EXPECT_EQ(config.promiscuous, true);
  EXPECT_TRUE(IpfmOf("UTC\nLOG\nLOCALTIME\n").meters[0].dump.local_time);
}

// ipfm: behind these statements it did not wait for the end of the line.
TEST(LoadIpfm, SomeStatementsShareALine) {
  const IpfmConfig config =
      IpfmOf("NOPROMISC RESOLVE SORT IN PROMISC # all\nLOG\nNORESOLVE LOG TO");
  EXPECT_EQ(config.promiscuous, true);
  EXPECT_EQ(config.meters[0].dump.sort, DumpSort::kIn);
  EXPECT_FALSE(config.meters[0].dump.resolve);
  EXPECT_EQ(config.meters[0].meter.rules.size(), 2u);
  EXPECT_EQ(IpfmError("APPEND RESOLVE"),
            "f:1:8: \"RESOLVE\" cannot stand here; allowed: nothing more on "
            "this line but a comment");
  EXPECT_NE(IpfmError("RESOLVE 5"), "");
}

TEST(LoadIpfm, SectionsAreNumbered) {
  EXPECT_EQ(NamesOf(IpfmOf("LOG\nNEWLOG\nLOG\nNEWLOG\nLOG")),
            (Words{"ipfm1", "ipfm2", "ipfm3"}));
  EXPECT_EQ(NamesOf(IpfmOf("DEVICE v0\nUTC\nNEWLOG\nLOG\nNEWLOG\nLOG")),
            (Words{"ipfm1", "ipfm2"}));
}

// ipfm: without a word.
TEST(LoadIpfm, ASectionWithoutRulesIsLeftOutAndTold) {
  const std::string told =
      ": this section has no LOG line, so nothing is counted or dumped for it";
  const IpfmConfig config = IpfmOf(
      "DEVICE v0\nSORT IN\nNEWLOG\nLOG\nNEWLOG\nNEWLOG\nLOG\nFILENAME x");
  EXPECT_EQ(NamesOf(config), (Words{"ipfm2", "ipfm4"}));
  EXPECT_EQ(config.warnings, (Words{"f:2" + told, "f:5" + told}));
  EXPECT_EQ(
      Warnings("# all is gone\n"),
      Words{"f:1: there is no LOG line, so nothing is counted or dumped"});
}

TEST(LoadIpfm, SaysWhereNamesAndRulesStand) {
  const IpfmConfig config =
      IpfmOf("UTC\nLOG\n\nLOG TO\nNEWLOG\nLOG\nFILENAME x");
  ASSERT_EQ(config.places.size(), 2u);
  EXPECT_EQ(config.places[0].name, "f:2");
  EXPECT_EQ(config.places[0].rules, (Words{"f:2", "f:4"}));
  EXPECT_EQ(config.places[1].name, "f:7");
  EXPECT_EQ(config.places[1].rules, Words{"f:6"});
}

// ipfm: 10.0.0.1 and 8.
TEST(LoadIpfm, LeadingZerosAreTold) {
  const IpfmConfig config = IpfmOf("LOG\nLOG 012.0.0.1/010\n");
  EXPECT_EQ(ToString(config.meters[0].meter.rules[1]), "LOG BOTH 12.0.0.0/10");
  EXPECT_EQ(config.warnings,
            Words{"f:2: \"012.0.0.1\" is read as 12.0.0.1; ipfm took octets "
                  "with a leading 0 for octal numbers"});
}

TEST(LoadIpfm, TimesAreSums) {
  const auto every = [](const std::string& time) {
    return IpfmOf("LOG\nDUMP EVERY " + time).meters[0].meter.dump.every;
  };
  EXPECT_EQ(every("1 day 2 hours 3 minutes 4 seconds"), seconds(93784));
  EXPECT_EQ(every("30 SECONDS 1 Minute 0001 hour 1 day 1 days"),
            hours(49) + minutes(1) + seconds(30));
  EXPECT_EQ(every("36500 days"), hours(24 * 36500));
  EXPECT_EQ(IpfmError("LOG\nDUMP EVERY 36500 days 1 second\n"),
            "f:2:12: the dump period is out of range; allowed: 1s to "
            "36500d");
  EXPECT_EQ(IpfmError("DUMP EVERY 1 day AFTER 99999999999999999999 days\n"),
            "f:1:24: the dump delay is out of range; allowed: 0s to "
            "36500d");
  EXPECT_EQ(IpfmError("CLEAR EVERY 0 seconds\n"),
            "f:1:13: the clear period is out of range; allowed: 1s to "
            "36500d");
}

TEST(LoadIpfm, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"\n\tBOGUS 1", "f:2:2: unknown keyword \"BOGUS\"; allowed: APPEND, "},
      {"FILENAM x",
       "f:1:1: unknown keyword \"FILENAM\"; did you mean FILENAME?"},
      {"LOG 1.2.3.4/33",
       "f:1:13: \"33\" cannot stand here; allowed: mask bits from 0 to 32"},
      {"DUMP EVERY 5seconds",
       "f:1:12: \"5seconds\" cannot stand here; allowed: a time like 1 hour 30 "
       "minutes"},
      {"DUMP EVERY 5",
       "f:1:13: the line ends too early; allowed: days, hours,"},
      {"DUMP 5 seconds", "f:1:6: \"5\" cannot stand here; allowed: EVERY"},
      {"DUMP EVERY 5 \"seconds\"", "f:1:14: \"seconds\" cannot stand here;"},
      {"DUMP EVERY 1 day\nDUMP EVERY 1 day",
       "f:2:1: this is the second DUMP of the section; allowed: one"},
      {"CLEAR EVERY 1 day\nDUMP EVERY 1 day",
       "f:2:1: this DUMP stands behind CLEAR EVERY; allowed: DUMP before it"},
      {"CLEAR EVERY 1 day\nCLEAR NEVER\nCLEAR EVERY 1 day",
       "f:3:1: this is the second CLEAR EVERY of the section; allowed: one"},
      {"CLEAR EVERY 1 hour",
       "f:1:13: the clear period (1h) is no multiple of the dump period (1d);"},
      {"DUMP EVERY 1 minute\nCLEAR EVERY 1 hour AFTER 5 seconds",
       "f:2:13: the clear delay (5s) is no multiple of the dump period (1m);"},
      {"SORT NONE", "f:1:6: \"NONE\" cannot stand here; allowed: IN, OUT or "},
      {"UTC LOG", "f:1:5: \"LOG\" cannot stand here; allowed: nothing more on"},
      {"DEVICE log", "f:1:8: \"log\" needs quotes; allowed: the name of an "},
      {"DEVICE \"a b\"", "f:1:8: \"a b\" is no interface name; allowed: "},
      {"FILENAME a.b", "f:1:10: \"a.b\" needs quotes; allowed: a name in "},
      {"FILENAME \"x/\"", "f:1:10: \"x/\" is no name of a file; allowed: "},
      {"FILENAME", "f:1:9: the line ends too early; allowed: a name in quotes"},
      {"LOG\nDisabled # yet", "f:2:1: the file is DISABLED, so nothing is "},
  };
  for (const auto& [text, error] : cases) {
    EXPECT_EQ(IpfmError(text).substr(0, std::string(error).size()), error)
        << text;
  }
}

TEST(LoadIpfm, HoldsSoManyRulesAndSections) {
  std::string text;
  for (int i = 0; i < 4096; ++i) text += "LOG\n";
  EXPECT_EQ(IpfmOf(text).meters[0].meter.rules.size(), 4096u);
  EXPECT_EQ(IpfmError(text + "LOG\n"),
            "f:4097:1: there are more than 4096 LOG lines in this section; "
            "allowed: that many");
  text.clear();
  for (int i = 0; i < 64; ++i) text += "NEWLOG\nLOG\n";
  EXPECT_EQ(IpfmOf(text).meters.size(), 64u);
  EXPECT_EQ(IpfmError(text + "NEWLOG\nLOG\n"),
            "f:129:1: there are more than 64 sections; allowed: that many");
}

TEST(LoadIpfm, IsToldFromIpbandsByItsFirstWord) {
  for (const char* text :
       {"\n# x\n  LOG", "device v0\n", "DEVICE\"v0\"\n", "UTC#x", "NewLog\r\n",
        "LOG 1.2.3\n", "DISABLED", "PROMISC # x\n", "FILENAME \"a\nb\"\n"}) {
    EXPECT_TRUE(LooksLikeIpfm(text)) << text;
  }
  for (const char* text :
       {"", "# LOG\n", "interface eth0\nLOG\n", "PROMISC yes\n", "promisc\n",
        "logging 1\n", "log: x\n", "\"LOG\"\n", "localrange 10.1\n", "/"}) {
    EXPECT_FALSE(LooksLikeIpfm(text)) << text;
  }
}

TEST(LoadIpfm, TheDefaultsHaveNoReports) {
  const Config config = IpfmDefaults();
  EXPECT_TRUE(config.accounting.local.any);
  EXPECT_EQ(config.thresholds.bytes_per_second, std::nullopt);
  EXPECT_EQ(config.reports.directory + config.reports.text, "");
}

}  // namespace
}  // namespace ipband
