// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/convert.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "exporter/config/text_values.h"
#include "exporter/config/write_yaml.h"
#include "exporter/control/read_options.h"
#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

// Neither an ipband.conf nor a storage that this machine may happen to have.
const SystemPlaces kNoPlaces = {"/nowhere/ipband.conf", {"", "/nowhere"}};

Options ReadAsYaml(const std::string& yaml) {
  const TempFile file(yaml);
  const char* const argv[] = {"ipband_exporter", "--config.check",
                              "--config.file", file.path().c_str()};
  return ParseOptions(static_cast<int>(std::size(argv)), argv, kNoPlaces);
}

// ipband's mailto is one text, of which the YAML makes a list.
Config WithAddressesApart(Config config) {
  std::vector<std::string> apart;
  for (const std::string& text : config.reports.mail.to) {
    const std::vector<std::string> some = ParseMailAddresses(text);
    apart.insert(apart.end(), some.begin(), some.end());
  }
  config.reports.mail.to = apart;
  return config;
}

std::vector<std::string> GoodFiles(const std::string& ending) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(IPBAND_TEST_CONFIG_FOLDER)) {
    if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
  }
  return files;
}

void ExpectSame(const ConvertOptions& options, const Config& original) {
  const std::string yaml = Convert(options, kNoPlaces);
  const Options converted = ReadAsYaml(yaml);
  EXPECT_TRUE(converted.config == WithAddressesApart(original)) << yaml;
  EXPECT_FALSE(converted.compatibility);
  EXPECT_EQ(WriteYaml(converted.config),
            WriteYaml(WithAddressesApart(original)));
}

TEST(Convert, KeepsWhatEveryGoodIpbandConfSays) {
  const std::vector<std::string> files = GoodFiles(".good.conf");
  EXPECT_GE(files.size(), 10u);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    ExpectSame({"ipband", file}, ReadOptionsOf(file, kNoPlaces).config);
  }
}

// An ipband.conf as it came with the program, then each kind of subnet line.
TEST(Convert, KeepsWhatEveryGoodIpfmConfSays) {
  const std::vector<std::string> files = GoodFiles(".good.ipfm.conf");
  EXPECT_GE(files.size(), 3u);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    ExpectSame({"ipfm", file}, ReadMetersOf(file, kNoPlaces).config);
  }
}

TEST(Convert, KeepsTheFormsOfTheOldExamples) {
  for (const char* text :
       {"# ipband.conf\ndebug 0\nfork yes\ninterface eth0\npromisc yes\n"
        "bandwidth 56\naverage 60\nreport 300\ntop 20\naccumulate yes\n"
        "mailto root@localhost\nmailfoot /etc/ipband.foot\n"
        "htmlfile /var/www/ipband.html\nhtmltitle My bandwidth\n"
        "maskbits 24\nsubnet 10.10.10.0 bandwidth 128.0\n"
        "subnet 10.10.20.0 bandwidth 7.3\n",
        "maskbits 0\nbandwidth 0\n", "maskbits 32\nbandwidth 0.1\n",
        "subnet 10.0.1.0 bandwidth none\nsubnet 2001:db8::/48 bandwidth 3\n",
        "localrange 10:192.168.1.1-192.168.1.77:172.16.0.0/12:auto\n",
        "lenadj +14\nmailto a@b.c,  d@e.f,,\"X, Y\" <g@h.i>\n",
        "mtastring \"  \"\nmailto a@b.c\n", "filter not port 53\n"}) {
    SCOPED_TRACE(text);
    const TempFile file(text);
    ExpectSame({"ipband", file.path()},
               ReadOptionsOf(file.path(), kNoPlaces).config);
  }
}

TEST(Convert, KeepsWhatEveryFormOfAnIpfmConfSays) {
  for (const char* text :
       {"LOG\n",
        // Two sections, and all that can be said in one.
        "device \"v0\"\nutc\nlog both 10.0.0.0/24 not with "
        "10.0.0.0/255.255.255.0\nsort total\nresolve\nappend\nnopromisc\n"
        "dump every 1 minute 30 seconds after 10 seconds\nclear every 3 "
        "minutes after 90 seconds\nfilename abc\nnewlog\nlog with\n",
        // Every form of a rule.
        "LOG NONE\nLOG FROM 10.0.0.1\nLOG TO 10.0.0.0/8\nLOG BOTH "
        "10.0.0.1/255.0.255.0\nLOG WITH 20.0.0.1\nLOG NOT WITH\nLOG 10.1.0.0"
        "/16 WITH 10.0.0.0/8\nLOG 0.0.0.0/0 NOT WITH 2001:db8::/32\n",
        // A section that counts nothing has a number all the same.
        "DEVICE any\nNEWLOG\nFILENAME \"/a\"\nNEWLOG\nLOG\nCLEAR NEVER\n"
        "FILENAME \"/a b/%d: #1\"\nLOCALTIME\nSORT IN\nNEWLOG\nLOG\nSORT "
        "OUT\n",
        // Nothing at all; and what could be an ipband.conf.
        "# LOG\nNEWLOG\n", "promisc\nLOG\n"}) {
    SCOPED_TRACE(text);
    const TempFile file(text);
    ExpectSame({"ipfm", file.path()},
               ReadMetersOf(file.path(), kNoPlaces).config);
  }
}

TEST(Convert, ForgetsTheTimesOfAClearThatHasNoEffect) {
  const TempFile file("LOG\nCLEAR EVERY 2 days\nCLEAR NEVER\n");
  const std::string yaml = Convert({"ipfm", file.path()}, kNoPlaces);
  const MeterOptions meter = ReadAsYaml(yaml).config.meters.at(0).meter;
  EXPECT_EQ(meter.clear, MeterClear::kNever) << yaml;
  EXPECT_EQ(meter.clear_grid, MeterGrid());
}

TEST(Convert, MakesAMeterOfEachSection) {
  const TempFile file(
      "DEVICE eth1\nNOPROMISC\nUTC\nLOG 10.0.0.0/8 NOT WITH 10.0.0.0/8\n"
      "FILENAME \"/var/log/ipfm/%d\"\nDUMP EVERY 1 hour\nCLEAR EVERY 1 day\n"
      "NEWLOG\nLOG FROM 10.0.0.1\nFILENAME \"/tmp/b\"\nSORT OUT\n");
  const std::string yaml = Convert({"ipfm", file.path()}, kNoPlaces);
  EXPECT_EQ(yaml.substr(yaml.find("capture:")),
            "capture:\n"
            "  interfaces:\n"
            "    - name: eth1\n"
            "  promiscuous: false\n"
            "accounting:\n"
            "  local: [any]\n"
            "reports:\n"
            "  directory: \"\"\n"
            "meters:\n"
            "  - name: ipfm1\n"
            "    rules:\n"
            "      - \"LOG BOTH 10.0.0.0/8 NOT WITH 10.0.0.0/8\"\n"
            "    dump:\n"
            "      every: 1h\n"
            "      file: /var/log/ipfm/%d\n"
            "    clear:\n"
            "      every: 1d\n"
            "    local_time: false\n"
            "  - name: ipfm2\n"
            "    rules:\n"
            "      - \"LOG FROM 10.0.0.1\"\n"
            "    dump:\n"
            "      file: /tmp/b\n"
            "    sort: out\n"
            "    local_time: false\n");
}

TEST(Convert, TellsWhatHasNoKey) {
  const TempFile file(
      "fork yes\ndebugger 2\nfilter udp\noutfile -\nbandwidth 56 kBps\n");
  const std::string& name = file.path();
  EXPECT_EQ(
      Convert({"ipband", name}, kNoPlaces),
      "# From " + name + "\n# " + name +
          ":2: \"debugger\" is read as debug\n# " + name +
          ":5: \"56 kBps\" is read as 56\n"
          "# fork yes: no key; start with -F, or by systemd\n"
          "# debug: no key; start with --log.level=debug\n"
          "# With the original, the program also ends if an interface cannot\n"
          "# be opened at its start, and runs without metrics if port 10059\n"
          "# is taken.\n"
          "capture:\n"
          "  interfaces:\n"
          "    # With the original, the filter is also that of an INTERFACE "
          "which the\n"
          "    # command line names.\n"
          "    - name: default\n"
          "      filter: udp\n"
          "accounting:\n"
          "  local: [any]\n"
          "thresholds:\n"
          "  bandwidth: 56KiB/s\n"
          "reports:\n"
          "  text: \"-\"\n"
          "  top: 0\n"
          "  mail:\n"
          "    command: \"/usr/sbin/sendmail -t -oi\"\n"
          "    repeat: 0s\n");
}

TEST(Convert, RefusesWhatItCannotKeep) {
  const auto refusal = [](const std::string& text) {
    const TempFile file(text);
    const std::string said = ErrorOf([&] {
      Convert({"ipband", file.path()}, kNoPlaces);
    });
    const size_t name = said.find(file.path());
    return name == said.npos ? said : said.substr(name + file.path().size());
  };
  EXPECT_EQ(refusal("htmltitle B\xfcro\n"),
            ": \"B\\\\xfcro\" is not UTF-8, which YAML has to be; allowed: "
            "UTF-8");
  EXPECT_EQ(
      refusal("mtastring mail\t-t\n"),
      ": YAML cannot say the same: YAML:13:14: reports.mail.command: "
      "\"mail\\x09-t\" has a control character; allowed: one line of text");
  EXPECT_EQ(refusal("thresholds: {bandwidth: 7}\n"),
            " is YAML already; nothing is converted");
  EXPECT_EQ(refusal("top all\n"),
            ":1: top: \"all\" is not a whole number; allowed: 0 to 2147483647");
  EXPECT_EQ(refusal("filter foo bar\n").substr(0, 36),
            ":1: filter: \"foo bar\" is no filter: ");
}

TEST(Convert, KnowsWhereFrom) {
  const TempFile ipfm("LOG\n");
  EXPECT_EQ(ErrorOf([&] {
              Convert({"ipband", ipfm.path()}, kNoPlaces);
            }),
            "ipband_exporter: error: " + ipfm.path() +
                " is an ipfm.conf; convert it with --from ipfm");
  EXPECT_EQ(ErrorOf([] {
              Convert({"ntop", "x"}, kNoPlaces);
            }).substr(0, 60),
            "ipband_exporter: error: --from: \"ntop\" is not known; allowed");
}

}  // namespace
}  // namespace ipband
