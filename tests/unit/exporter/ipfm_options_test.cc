// SPDX-License-Identifier: Apache-2.0
//
// Options where an ipfm.conf, or the name ipfm, is involved.
#include <gtest/gtest.h>

#include "exporter/options.h"
#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using Words = std::vector<std::string>;

Options IpfmParseAs(const std::string& program, const Words& words,
                    const std::string& ipfm_conf = "/nowhere/ipfm.conf") {
  std::vector<const char*> argv = {program.c_str()};
  for (const std::string& word : words) argv.push_back(word.c_str());
  SystemPlaces places;
  places.ipband_conf = "/nowhere/ipband.conf";
  places.storage = {"", "/tmp"};
  places.ipfm_conf = ipfm_conf;
  return ParseOptions(static_cast<int>(argv.size()), argv.data(), places);
}

Options ParseNative(const Words& words) {
  return IpfmParseAs("ipband_exporter", words);
}

Options ParseIpfm(const Words& words, const std::string& conf) {
  return IpfmParseAs("/usr/sbin/ipfm", words, conf);
}

Words MetersOf(const Options& options) {
  Words names;
  for (const MeterConfig& meter : options.config.meters) {
    names.push_back(meter.meter.name);
  }
  return names;
}

Words CaptureOf(const Options& options) {
  Words names;
  for (const InterfaceOptions& interface : options.config.capture.interfaces) {
    names.push_back(interface.name + "|" + interface.filter);
  }
  return names;
}

const std::string kConf = "DEVICE v0\nLOG\nFILENAME \"/tmp/x\"\n";
const std::string kYaml =
    "meters: [{name: a, rules: [LOG], dump: {file: /tmp/a}}]\n";

TEST(IpfmOptions, AnIpfmConfAloneHasNoThresholdAndNoReports) {
  const TempFile conf(kConf);
  for (const char* flag : {"--meters.file", "-c"}) {
    const Options options = ParseNative({flag, conf.path()});
    EXPECT_EQ(MetersOf(options), Words{"ipfm1"}) << flag;
    EXPECT_EQ(CaptureOf(options), Words{"v0|"});
    EXPECT_TRUE(options.compatibility);
    EXPECT_TRUE(options.config.accounting.local.any);
    EXPECT_EQ(options.config.thresholds.bytes_per_second, std::nullopt);
    EXPECT_EQ(options.config.reports.text, "");
    EXPECT_EQ(options.config.reports.directory, "");
    EXPECT_FALSE(options.daemonize);
    EXPECT_EQ(options.files_read, Words{conf.path()});
    EXPECT_EQ(options.text_read, kConf);
    EXPECT_EQ(options.warnings, Words{});
  }
}

TEST(IpfmOptions, BesideAnotherFileItAddsItsMeters) {
  const TempFile conf(kConf);
  const TempFile yaml(kYaml);
  const Options native =
      ParseNative({"--config.file", yaml.path(), "--meters.file", conf.path()});
  EXPECT_EQ(MetersOf(native), (Words{"a", "ipfm1"}));
  EXPECT_FALSE(native.compatibility);
  EXPECT_TRUE(native.config.accounting.local.automatic);
  EXPECT_EQ(native.config.reports.directory, "reports");
  EXPECT_EQ(native.files_read, (Words{yaml.path(), conf.path()}));
  EXPECT_EQ(native.text_read, kYaml + kConf);

  const TempFile ipband("outfile /tmp/ipband.txt\n");
  for (const Words& words :
       {Words{"-c", ipband.path()}, Words{"-o", "/tmp/x"}}) {
    Words all = words;
    all.insert(all.end(), {"--meters.file", conf.path()});
    const Options options = ParseNative(all);
    EXPECT_TRUE(options.compatibility);
    EXPECT_TRUE(options.config.thresholds.bytes_per_second.has_value());
    EXPECT_NE(options.config.reports.text, "");
    EXPECT_EQ(MetersOf(options), Words{"ipfm1"});
  }
}

TEST(IpfmOptions, MetersMayStandInAYamlFileOfTheirOwn) {
  const TempFile yaml(kYaml);
  const Options options = ParseNative({"--meters.file", yaml.path()});
  EXPECT_EQ(MetersOf(options), Words{"a"});
  EXPECT_FALSE(options.compatibility);
  const TempFile more("web: {}\n");
  EXPECT_EQ(ErrorOf([&] {
              ParseNative({"--meters.file", more.path()});
            }),
            more.path() + ":1:1: unknown key \"web\"; allowed: meters");
}

TEST(IpfmOptions, AFileOfMetersNamesTheirDumpsUnlessThereAreOthers) {
  const TempFile conf(kConf);
  const TempFile yaml(kYaml);
  const auto named = [](const Words& words) {
    return ParseNative(words).meters_named;
  };
  EXPECT_TRUE(named({"--meters.file", conf.path()}));
  EXPECT_TRUE(named({"--meters.file", yaml.path()}));
  EXPECT_FALSE(named({"-c", conf.path()}));
  EXPECT_FALSE(named({"--config.file", yaml.path()}));
  EXPECT_FALSE(
      named({"--config.file", yaml.path(), "--meters.file", conf.path()}));
}

TEST(IpfmOptions, ANameInBothFilesIsRefused) {
  const TempFile conf(kConf);
  const TempFile yaml("meters: [{name: ipfm1, rules: [LOG]}]\n");
  EXPECT_EQ(ErrorOf([&] {
              ParseNative(
                  {"--config.file", yaml.path(), "--meters.file", conf.path()});
            }),
            conf.path() + ":3: meter \"ipfm1\" is named twice, here and in " +
                yaml.path() + ":1:17; allowed: every name once");
}

TEST(IpfmOptions, DeviceHoldsIfNothingElseNamesAnInterface) {
  const TempFile conf("DEVICE v0\nNOPROMISC\nLOG\nFILENAME \"/tmp/x\"\n");
  const TempFile yaml(
      "capture: {interfaces: [{name: v1, filter: ip}], promiscuous: true}\n");
  const Words meters = {"--meters.file", conf.path()};
  const auto parse = [&](Words words) {
    words.insert(words.end(), meters.begin(), meters.end());
    return ParseNative(words);
  };
  const Options alone = parse({"-f", "udp"});
  EXPECT_EQ(CaptureOf(alone), Words{"v0|udp"});
  EXPECT_FALSE(alone.config.capture.promiscuous);
  EXPECT_EQ(alone.warnings, Words{});

  const Options beside = parse({"--config.file", yaml.path()});
  EXPECT_EQ(CaptureOf(beside), Words{"v1|ip"});
  EXPECT_TRUE(beside.config.capture.promiscuous);
  EXPECT_EQ(beside.warnings,
            (Words{conf.path() + ":1: DEVICE v0 is not used: v1 is captured, "
                                 "which was named elsewhere",
                   conf.path() + ":2: NOPROMISC is not used: the contrary was "
                                 "said elsewhere"}));

  EXPECT_EQ(parse({"v2"}).warnings.size(), 1u);
  EXPECT_EQ(parse({"v2", "v0"}).warnings, Words{});
  EXPECT_EQ(CaptureOf(parse({"v2"})), Words{"v2|"});
  EXPECT_EQ(parse({"--capture.file", "a.pcap"}).warnings, Words{});
}

TEST(IpfmOptions, WithoutDeviceItTellsWhatIsCaptured) {
  const TempFile conf("LOG\nFILENAME \"/tmp/x\"\n");
  EXPECT_EQ(ParseIpfm({"-n"}, conf.path()).warnings,
            Words{conf.path() +
                  ": there is no DEVICE, so that of the default route is "
                  "captured; ipfm took the machine's first interface"});
  EXPECT_EQ(ParseNative({"-c", conf.path(), "v0"}).warnings, Words{});
  EXPECT_EQ(
      ParseNative({"-c", conf.path(), "--capture.file", "a.pcap"}).warnings,
      Words{});
}

TEST(IpfmOptions, WarningsOfItAreHandedOn) {
  const TempFile conf("DEVICE v0\nNEWLOG\nFILENAME \"/tmp/x\"\n");
  EXPECT_EQ(ParseNative({"--meters.file", conf.path()}).warnings.size(), 1u);
  const TempFile hidden("LOG TO\nLOG FROM\nFILENAME \"/tmp/x\"\nDEVICE v0\n");
  EXPECT_EQ(ParseNative({"-c", hidden.path()}).warnings,
            Words{hidden.path() +
                  ":1: this LOG TO has no effect: the LOG FROM "
                  "of the same host in " +
                  hidden.path() +
                  ":2 decides for both directions; LOG BOTH counts both"});
  const TempFile same(
      "LOG\nFILENAME \"/tmp/x\"\nNEWLOG\nLOG\nFILENAME \"/tmp/x\"\n"
      "DEVICE v0\n");
  EXPECT_EQ(ParseNative({"--meters.file", same.path()}).warnings,
            Words{same.path() +
                  ":5: meters \"ipfm1\" and \"ipfm2\" both write \"/tmp/x\", "
                  "where one replaces the other's dumps; give each a file"});
}

TEST(IpfmOptions, CalledIpfmItTakesIpfmsOptions) {
  const TempFile conf(kConf);
  for (const Words& words :
       {Words{"-n", "-c", conf.path()}, Words{"--nodaemon", "-c" + conf.path()},
        Words{"--no", "--conf=" + conf.path()},
        Words{"--n", "--c", conf.path()}}) {
    const Options options = ParseIpfm(words, "/nowhere");
    EXPECT_EQ(MetersOf(options), Words{"ipfm1"});
    EXPECT_FALSE(options.daemonize);
    EXPECT_EQ(options.pid_file, "");
    EXPECT_TRUE(options.compatibility);
    EXPECT_EQ(options.warnings, Words{});
  }
}

TEST(IpfmOptions, CalledIpfmItGoesToTheBackground) {
  const TempFile conf(kConf);
  const Options options = ParseIpfm({}, conf.path());
  EXPECT_EQ(MetersOf(options), Words{"ipfm1"});
  EXPECT_TRUE(options.daemonize);
  EXPECT_EQ(options.pid_file, "/run/ipfm.pid");
  for (const Words& words :
       {Words{"-p", "/x/y"}, Words{"--pid=/x/y"}, Words{"--pidfile", "/x/y"},
        Words{"--pidf", "/x/y"}}) {
    EXPECT_EQ(ParseIpfm(words, conf.path()).pid_file, "/x/y");
  }
  EXPECT_TRUE(ParseIpfm({"-p", "here"}, conf.path()).pid_file.starts_with('/'));
  EXPECT_FALSE(ParseIpfm({"--once"}, conf.path()).daemonize);
  EXPECT_FALSE(ParseIpfm({"--capture.file", "a"}, conf.path()).daemonize);
  EXPECT_EQ(ParseIpfm({"-n", "-p", "/x"}, conf.path()).warnings,
            Words{"--pidfile has no effect in the foreground"});
}

TEST(IpfmOptions, CalledIpfmMoreWordsAreIgnored) {
  const TempFile conf(kConf);
  const Options options = ParseIpfm({"-n", "eth0", "x"}, conf.path());
  EXPECT_EQ(CaptureOf(options), Words{"v0|"});
  EXPECT_EQ(options.warnings,
            (Words{"\"eth0\" on the command line has no effect",
                   "\"x\" on the command line has no effect"}));
}

TEST(IpfmOptions, CalledIpfmItTakesNativeFlagsToo) {
  const TempFile conf(kConf);
  const TempFile yaml(kYaml);
  const Options options =
      ParseIpfm({"-n", "--web.listen-address", ":1"}, conf.path());
  EXPECT_EQ(options.config.web.listen_addresses, Words{":1"});
  EXPECT_EQ(MetersOf(ParseIpfm({"--meters.file", yaml.path()}, conf.path())),
            Words{"a"});
  EXPECT_EQ(MetersOf(ParseIpfm({"--config.file", yaml.path()}, conf.path())),
            Words{"a"});
  EXPECT_EQ(MetersOf(ParseIpfm({"-c", yaml.path()}, conf.path())), Words{"a"});
}

TEST(IpfmOptions, CalledIpfmItRefusesWhatItDoesNotKnow) {
  const TempFile conf(kConf);
  const auto error = [&](const Words& words, const std::string& file) {
    return ErrorOf([&] { ParseIpfm(words, file); });
  };
  EXPECT_EQ(error({"-m", "24"}, conf.path()),
            "ipband_exporter: error: unknown flag -m; try --help");
  EXPECT_EQ(error({"--x"}, conf.path()),
            "ipband_exporter: error: unknown flag --x; try --help");
  EXPECT_EQ(error({"-c"}, conf.path()),
            "ipband_exporter: error: --config needs a value; try --help");
  EXPECT_EQ(error({"-p", ""}, conf.path()),
            "ipband_exporter: error: --pidfile: the name is empty; allowed: a "
            "file");
  EXPECT_EQ(error({}, "/nowhere/ipfm.conf"),
            "ipband_exporter: error: cannot read /nowhere/ipfm.conf: No such "
            "file or directory");
  // What begins like nothing else is meant to be an ipfm.conf there.
  const TempFile other("interface v0\n");
  EXPECT_NE(error({}, other.path()).find("unknown keyword \"interface\""),
            std::string::npos);
}

TEST(IpfmOptions, CalledIpfmItsHelpIsIpfms) {
  for (const char* word : {"-h", "--he"}) {
    const std::string help = ParseIpfm({word}, "/nowhere").answer;
    EXPECT_NE(help.find("-p,--pidfile"), std::string::npos) << help;
    EXPECT_NE(help.find("--meters.file FILE"), std::string::npos);
    EXPECT_EQ(help.find("ipband's letters"), std::string::npos);
  }
}

}  // namespace
}  // namespace ipband
