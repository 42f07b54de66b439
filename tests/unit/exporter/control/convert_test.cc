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
  EXPECT_EQ(refusal("filter foo bar\n").substr(0, 50),
            "ipband_exporter: error: the filter \"foo bar\" is no");
}

TEST(Convert, KnowsWhereFrom) {
  EXPECT_EQ(ErrorOf([] {
              Convert({"ntop", "x"}, kNoPlaces);
            }).substr(0, 60),
            "ipband_exporter: error: --from: \"ntop\" is not known; allowed");
}

}  // namespace
}  // namespace ipband
