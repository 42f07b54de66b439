// SPDX-License-Identifier: Apache-2.0
#include "exporter/options.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;

constexpr const char* kNoFile = "/nowhere/ipband.conf";

// "/tmp" stands for a place that is there, so that nobody is warned.
Options ParseAs(const std::string& program, std::vector<std::string> words,
                const std::string& ipband_conf = kNoFile,
                const StoragePlaces& storage = {"", "/tmp"}) {
  std::vector<const char*> argv = {program.c_str()};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return ParseOptions(static_cast<int>(argv.size()), argv.data(),
                      {ipband_conf, storage});
}

Options Parse(std::vector<std::string> words) {
  return ParseAs("ipband_exporter", std::move(words));
}

std::string ParseError(std::vector<std::string> words) {
  return ErrorOf([&] { Parse(words); });
}

std::vector<std::string> InterfacesOf(const Options& options) {
  std::vector<std::string> result;
  for (const InterfaceOptions& interface : options.config.capture.interfaces) {
    result.push_back(interface.name + "|" + interface.filter);
  }
  return result;
}

using Words = std::vector<std::string>;

TEST(Options, WithoutArgumentsAreTheNativeDefaults) {
  const Options options = Parse({});
  EXPECT_EQ(InterfacesOf(options), Words{"default|"});
  EXPECT_TRUE(options.config.accounting.local.automatic);
  EXPECT_EQ(options.config.thresholds.bytes_per_second, std::nullopt);
  EXPECT_FALSE(options.compatibility);
  EXPECT_TRUE(options.warnings.empty());
  EXPECT_TRUE(options.files_read.empty());
}

TEST(Options, NativeFlagsTakeTheirValueEitherWay) {
  const Options options =
      Parse({"--web.listen-address", ":1", "--web.listen-address=[::1]:2",
             "--web.telemetry-path=/m", "--log.level", "warn",
             "--log.format=json", "--once", "--config.check", "eth0"});
  EXPECT_EQ(options.config.web.listen_addresses, (Words{":1", "[::1]:2"}));
  EXPECT_EQ(options.config.web.telemetry_path, "/m");
  EXPECT_EQ(options.log.level, LogLevel::kWarn);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
  EXPECT_TRUE(options.once);
  EXPECT_TRUE(options.check);
  EXPECT_EQ(InterfacesOf(options), Words{"eth0|"});
}

TEST(Options, TheMetricsTakeTheLandingPagesPlaceAlone) {
  for (const char* free : {"/", "/reports.prom", "/subnets", "/api/metrics"}) {
    EXPECT_EQ(Parse({"--web.telemetry-path", free}).config.web.telemetry_path,
              free);
  }
  for (const std::string taken :
       {"/reports", "/reports/1", "/subnets/10.1.1.0/24", "/api/v1/reports",
        "/api/v1/subnets", "/api/v1/top", "/api/v1/meters"}) {
    EXPECT_EQ(ParseError({"--web.telemetry-path", taken}),
              "ipband_exporter: error: --web.telemetry-path: \"" + taken +
                  "\" is no path for the metrics; allowed: a path like "
                  "/metrics outside of /-/, /api/v1/, /reports and /subnets/");
  }
}

TEST(Options, OfARepeatedFlagTheLastHolds) {
  EXPECT_EQ(Parse({"--log.level=debug", "--log.level=error"}).log.level,
            LogLevel::kError);
  EXPECT_EQ(Parse({"-a", "5", "-a6"}).config.accounting.averaging_period,
            seconds(6));
}

TEST(Options, HelpAndVersionAreAnswers) {
  for (const char* word : {"--help", "-h"}) {
    const std::string help = Parse({word, "--unknown"}).answer;
    EXPECT_NE(help.find("--config.file FILE"), std::string::npos);
    EXPECT_NE(help.find("ipband's letters"), std::string::npos);
    EXPECT_NE(help.find("eth0 --capture.file a.pcap b.pcap"),
              std::string::npos);
  }
  for (const char* word : {"--version", "-v"}) {
    EXPECT_TRUE(Parse({word}).answer.starts_with("ipband_exporter, version "));
  }
}

TEST(Options, MistakesOfTheCommandLineAreOneLine) {
  const std::string us = "ipband_exporter: error: ";
  EXPECT_EQ(ParseError({"--x"}), us + "unknown flag --x; try --help");
  EXPECT_EQ(ParseError({"--x=5"}), us + "unknown flag --x; try --help");
  EXPECT_EQ(ParseError({"-Fx"}), us + "unknown flag -x; try --help");
  EXPECT_EQ(ParseError({"-a"}), us + "-a needs a value; try --help");
  EXPECT_EQ(ParseError({"--config.file"}),
            us + "--config.file needs a value; try --help");
  EXPECT_EQ(ParseError({"--config.file=", "x"}),
            us + "--config.file has no value behind =; try --help");
  EXPECT_EQ(ParseError({"--once=no"}),
            us + "--once takes no value; try --help");
  EXPECT_EQ(ParseError({"--log.level", "loud"}),
            us + "--log.level: \"loud\" is not known; allowed: debug, info, "
                 "warn, error");
  EXPECT_EQ(ParseError({"-m", "33"}),
            us + "-m: \"33\" is out of range; allowed: 0 to 32");
  EXPECT_EQ(ParseError({"a/b"}).substr(0, us.size() + 10), us + "INTERFACE:");
}

TEST(Options, MistakesEndWithTwo) {
  try {
    Parse({"--x"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code, 2);
  }
}

TEST(Options, IpbandsLettersKeepTheirMeaning) {
  const Options options =
      Parse({"-a", "10", "-b", "3.5", "-r20", "-m", "16", "-J", "-14", "-L",
             "10.1:10.2.0.0/16", "-f", "net 10.0.0.0/8", "-FP", "-d1", "v0"});
  const Config& config = options.config;
  EXPECT_EQ(config.accounting.averaging_period, seconds(10));
  EXPECT_DOUBLE_EQ(*config.thresholds.bytes_per_second, 3584);
  EXPECT_EQ(config.thresholds.report_period, seconds(20));
  EXPECT_EQ(config.accounting.aggregate_ipv4, 16);
  EXPECT_EQ(config.accounting.aggregate_ipv6, 64);
  EXPECT_EQ(config.accounting.length_adjustment, -14);
  EXPECT_EQ(config.accounting.local.ranges.size(), 2u);
  EXPECT_EQ(InterfacesOf(options), Words{"v0|net 10.0.0.0/8"});
  EXPECT_TRUE(options.daemonize);
  EXPECT_FALSE(config.capture.promiscuous);
  EXPECT_EQ(options.log.level, LogLevel::kDebug);
  EXPECT_TRUE(options.compatibility);
}

TEST(Options, LettersAlsoTakeUnits) {
  const Options options = Parse({"-a", "2m", "-b", "8Mbit/s"});
  EXPECT_EQ(options.config.accounting.averaging_period, seconds(120));
  EXPECT_DOUBLE_EQ(*options.config.thresholds.bytes_per_second, 1e6);
}

TEST(Options, LettersOfReportsKeepTheirMeaning) {
  const Options options = Parse({"-l", "/f", "-M", "a@b, c@d", "-o", "-", "-t",
                                 "5", "-T", "mta -t", "-w", "/tmp/x.html"});
  const ReportOptions& reports = options.config.reports;
  EXPECT_EQ(reports.mail.footer, "/f");
  EXPECT_EQ(reports.mail.to, Words{"a@b, c@d"});
  EXPECT_EQ(reports.text, "-");
  EXPECT_EQ(reports.top, 5u);
  EXPECT_EQ(reports.mail.command, "mta -t");
  EXPECT_EQ(reports.html, "/tmp/x.html");
  EXPECT_FALSE(reports.accumulate);
  EXPECT_EQ(ParseError({"-t", "-1"}),
            "ipband_exporter: error: -t: \"-1\" is out of range; allowed: 0 to "
            "2147483647");
  for (const char* letter : {"-o", "-w"}) {
    EXPECT_EQ(ParseError({letter, ""}),
              std::string("ipband_exporter: error: ") + letter +
                  ": the name is empty; allowed: a file, or - for standard "
                  "output");
  }
}

TEST(Options, WithoutAddressOrCommandNothingIsMailed) {
  const TempFile conf("mailto a@b\nmtastring \"\"\n");
  const auto mail = [](Words words) {
    const Options options = Parse(std::move(words));
    return std::to_string(options.config.reports.mail.to.size()) + " " +
           (options.warnings.empty() ? "" : options.warnings.front());
  };
  EXPECT_EQ(mail({"-M", "a@b", "-M", " "}),
            "0 -M: the address is empty, so no report is mailed");
  EXPECT_EQ(mail({"-M", "a@b", "-T", " "}),
            "0 -T: the command is empty, so no report is mailed");
  EXPECT_EQ(
      mail({"-c", conf.path()}),
      "0 " + conf.path() + ":2: the command is empty, so no report is mailed");
  EXPECT_EQ(mail({"-c", conf.path(), "-T", "mta"}), "1 ");
  EXPECT_EQ(mail({"-c", conf.path(), "-T", "mta", "-M", ""}),
            "0 -M: the address is empty, so no report is mailed");
  const TempFile yaml("reports: {mail: {to: [a@b], command: ''}}\n");
  EXPECT_EQ(mail({"--config.file", yaml.path(), "-o", "-"}), "1 ");
}

TEST(Options, TimeIsAccumulatedForNamedSubnetsOnly) {
  const TempFile with("subnet 10.0.0.0 bandwidth 1\n");
  const TempFile without("accumulate yes\n");
  // As Debian starts ipband; there the letter was lost.
  const Options options = Parse({"-A", "-c", with.path()});
  EXPECT_TRUE(options.config.reports.accumulate);
  EXPECT_EQ(options.warnings, Words{});
  const std::string sentence =
      ": accumulated time has no effect without named subnets";
  EXPECT_EQ(Parse({"-A"}).warnings, Words{"-A" + sentence});
  EXPECT_EQ(Parse({"-c", without.path()}).warnings,
            Words{without.path() + ":1" + sentence});
}

TEST(Options, MailGoesThroughSendmailInCompatibilityUnlessSmtpIsNamed) {
  const auto command = [](const std::string& mail, Words words) {
    const TempFile yaml("reports: {mail: {" + mail + "}}\n");
    words.insert(words.end(), {"--config.file", yaml.path()});
    return Parse(words).config.reports.mail.command;
  };
  EXPECT_EQ(command("to: [a@b]", {}), "");
  EXPECT_EQ(command("to: [a@b]", {"-o", "-"}), "/usr/sbin/sendmail -t -oi");
  EXPECT_EQ(command("smtp: 'mail:25'", {"-o", "-"}), "");
  EXPECT_EQ(command("smtp: 'mail:25', command: mta", {"-o", "-"}), "mta");
  EXPECT_EQ(command("smtp: 'mail:25'", {"-T", "mta -t"}), "mta -t");
}

TEST(Options, ReportFilesHaveFullNames) {
  const Options options = Parse({"-m", "24", "-w", "x.html"});
  EXPECT_TRUE(options.config.reports.text.starts_with('/'));
  EXPECT_TRUE(options.config.reports.text.ends_with("/ipband.txt"));
  EXPECT_TRUE(options.config.reports.html.starts_with('/'));
  EXPECT_EQ(Parse({}).config.reports.text, "");
}

TEST(Options, AReportFileIsWrittenByOneOnly) {
  const std::string error = ParseError({"-w", "./ipband.txt"});
  EXPECT_TRUE(
      error.starts_with("ipband_exporter: error: -w: reports.text and "
                        "reports.html are both "))
      << error;
}

TEST(Options, WhatCannotBeWrittenAtPresentIsAWarning) {
  EXPECT_EQ(Parse({"-o", "/nowhere/x"}).warnings,
            Words{"reports.text: /nowhere/x cannot be written at present: No "
                  "such file or directory"});
}

TEST(Options, AReplayWritesOnlyWhatTheCommandLineNames) {
  const TempFile yaml(R"(
reports:
  {text: /tmp/t, json: /tmp/j, html: /tmp/h, top: 7, accumulate: true,
   mail: {to: [a@b], command: mta}, webhook: {url: "http://h"}}
storage: {path: /tmp}
accounting: {subnets: [{networks: [10.0.0.0/8]}]}
)");
  const Words replay = {"--config.file", yaml.path(), "--capture.file=a"};
  const Options options = Parse(replay);
  const ReportOptions& quiet = options.config.reports;
  EXPECT_EQ(quiet.directory + quiet.text + quiet.json + quiet.html +
                quiet.webhook.url + options.config.storage.path,
            "");
  EXPECT_TRUE(quiet.mail.to.empty());
  EXPECT_EQ(quiet.top, 7u);
  EXPECT_TRUE(quiet.accumulate);
  EXPECT_EQ(options.warnings, Words{});

  Words named = replay;
  named.insert(named.end(), {"-o", "-", "-w", "/tmp/w", "-M", "c@d", "-l",
                             yaml.path(), "-T", "x", "-t3"});
  const ReportOptions reports = Parse(named).config.reports;
  EXPECT_EQ(reports.text, "-");
  EXPECT_EQ(reports.html, "/tmp/w");
  EXPECT_EQ(reports.mail.to, Words{"c@d"});
  EXPECT_EQ(reports.mail.footer, yaml.path());
  EXPECT_EQ(reports.mail.command, "x");
  EXPECT_EQ(reports.top, 3u);
  EXPECT_EQ(reports.json, "");
  EXPECT_EQ(Parse({"-m", "24", "--capture.file", "a"}).config.reports.text, "");
}

TEST(Options, StorageIsWhereTheFlagThenTheFileThenTheSystemSays) {
  const TempFile yaml("storage: {path: /tmp/of_file}\n");
  const auto path = [](Words words, const StoragePlaces& places) {
    return ParseAs("ipband_exporter", std::move(words), kNoFile, places)
        .config.storage.path;
  };
  const StoragePlaces places{"/tmp/of_service", "/tmp"};
  EXPECT_EQ(
      path({"--storage.path", "/tmp/x", "--config.file", yaml.path()}, places),
      "/tmp/x");
  EXPECT_EQ(path({"--config.file", yaml.path()}, places), "/tmp/of_file");
  EXPECT_EQ(path({}, places), "/tmp/of_service");
  EXPECT_EQ(path({}, {"", "/tmp"}), "/tmp");
  EXPECT_EQ(path({}, {"", "/nowhere"}), "");
  EXPECT_TRUE(path({"--storage.path=x"}, places).ends_with("/x"));
  EXPECT_EQ(ParseError({"--storage.path", ""}),
            "ipband_exporter: error: --storage.path: the name is empty; "
            "allowed: a directory");
}

TEST(Options, WithoutStorageAWarningSaysWhatIsLost) {
  const auto warnings = [](Words words) {
    return ParseAs("ipband_exporter", std::move(words), kNoFile,
                   {"", "/nowhere"})
        .warnings;
  };
  const std::string first = "there is no storage: ";
  const std::string rest =
      "watches do not outlive a restart; name a directory with "
      "--storage.path or storage.path, or make /nowhere and let this user "
      "write to it";
  EXPECT_EQ(warnings({}),
            Words{first + "reports are not kept for reading, and " + rest});
  const TempFile yaml("reports: {directory: /tmp}\n");
  EXPECT_EQ(warnings({"--config.file", yaml.path()}), Words{first + rest});
  EXPECT_EQ(warnings({"--config.check"}), Words{});
  EXPECT_EQ(warnings({"--capture.file", "a"}), Words{});
  EXPECT_EQ(warnings({"--once"}), Words{});
}

TEST(Options, ASingleLookTouchesOnlyAStorageThatIsNamed) {
  EXPECT_EQ(Parse({"--once"}).config.storage.path, "");
  EXPECT_EQ(Parse({"--once", "--storage.path=/tmp"}).config.storage.path,
            "/tmp");
  const Options replay = Parse({"--storage.path=/tmp", "--capture.file", "a"});
  EXPECT_EQ(replay.config.storage.path, "");
  EXPECT_EQ(replay.warnings,
            Words{"--storage.path has no effect with --capture.file"});
}

TEST(Options, CompatibilityComesFromTheNameALetterOrTheFile) {
  const TempFile conf("interface v0\n");
  const TempFile yaml("capture: {snaplen: 68}\n");
  EXPECT_TRUE(ParseAs("/usr/sbin/ipband", {}).compatibility);
  EXPECT_TRUE(Parse({"-m", "24"}).compatibility);
  EXPECT_TRUE(Parse({"-c", conf.path()}).compatibility);
  EXPECT_FALSE(Parse({"-c", yaml.path()}).compatibility);
  EXPECT_FALSE(
      Parse({"-P", "-F", "-J", "4", "-f", "ip", "-d", "0"}).compatibility);
}

TEST(Options, CompatibilitySetsDefaultsThatYamlOverrides) {
  const TempFile yaml("thresholds: {bandwidth: 9KiB/s}\n");
  const Options options = Parse({"--config.file", yaml.path(), "-m", "8"});
  EXPECT_TRUE(options.config.accounting.local.any);
  EXPECT_DOUBLE_EQ(*options.config.thresholds.bytes_per_second, 9216);
}

TEST(Options, TheSystemFileIsReadInCompatibilityOnly) {
  const TempFile file("average 20\n");
  const auto averaging = [&](const std::string& program, Words words) {
    return ParseAs(program, std::move(words), file.path())
        .config.accounting.averaging_period;
  };
  const TempFile other("report 500\n");
  EXPECT_EQ(averaging("ipband", {}), seconds(20));
  EXPECT_EQ(averaging("ipband_exporter", {"-m", "24"}), seconds(20));
  EXPECT_EQ(averaging("ipband_exporter", {}), seconds(60));
  EXPECT_EQ(averaging("ipband", {"-C"}), seconds(60));
  EXPECT_EQ(averaging("ipband", {"-c", other.path()}), seconds(60));
  EXPECT_EQ(ParseAs("ipband", {}, file.path()).files_read, Words{file.path()});
  EXPECT_FALSE(ParseAs("ipband", {}, file.path()).text_read.empty());
}

TEST(Options, TheCommandLineOverridesTheFileWhereverItStands) {
  const TempFile file("average 20\ndebug 1\nfork yes\npromisc yes\n");
  for (const Words& words : {Words{"-a", "30", "-c", file.path(), "-P"},
                             Words{"-P", "-c", file.path(), "-a", "30"}}) {
    const Options options = Parse(words);
    EXPECT_EQ(options.config.accounting.averaging_period, seconds(30));
    EXPECT_FALSE(options.config.capture.promiscuous);
    EXPECT_EQ(options.log.level, LogLevel::kDebug);
    EXPECT_TRUE(options.daemonize);
  }
  EXPECT_EQ(Parse({"-c", file.path(), "-d", "0"}).log.level, LogLevel::kInfo);
  EXPECT_EQ(Parse({"-c", file.path(), "--log.level=warn"}).log.level,
            LogLevel::kWarn);
}

TEST(Options, ValuesAreComparedAfterTheCommandLineIsIn) {
  const TempFile file("report 30\n");
  EXPECT_EQ(ParseError({"-c", file.path()}),
            file.path() +
                ":1: the report period (30s) is shorter than the "
                "averaging period (1m); allowed: 1m or more");
  EXPECT_EQ(ParseError({"-c", file.path(), "-a", "30"}), "");
}

TEST(Options, SubnetLinesTakeTheMaskBitsOfTheCommandLine) {
  const TempFile file("subnet 10.1.2.0 bandwidth 3\nmaskbits 24\n");
  const auto first = [](const Options& options) {
    return ToString(options.config.accounting.subnets.at(0).networks.at(0));
  };
  EXPECT_EQ(first(Parse({"-c", file.path()})), "10.1.2.0/24");
  EXPECT_EQ(first(Parse({"-c", file.path(), "-m", "16"})), "10.1.0.0/16");
}

TEST(Options, OnlyOneConfigurationFileIsMeant) {
  const TempFile file("");
  EXPECT_NE(ParseError({"-c", file.path(), "--config.file", file.path()}), "");
  EXPECT_NE(ParseError({"-C", "-c", file.path()}), "");
  EXPECT_EQ(ParseError({"-c", "/nowhere/x"}),
            "ipband_exporter: error: -c: cannot read /nowhere/x: No such file "
            "or directory");
  for (const char* flag : {"--config.file", "--meters.file"}) {
    EXPECT_EQ(ParseError({flag, "/nowhere/x"}),
              std::string("ipband_exporter: error: ") + flag +
                  ": cannot read /nowhere/x: No such file or directory");
  }
  EXPECT_EQ(ParseError({"-c", "/nowhere/x", "-c", file.path()}), "");
}

TEST(Options, InterfacesReplaceThoseOfTheFileAndKeepTheirFilter) {
  const TempFile yaml(
      "capture: {interfaces: [{name: eth0, filter: ip}, eth1]}\n");
  EXPECT_EQ(InterfacesOf(Parse({"--config.file", yaml.path(), "eth0", "eth2"})),
            (Words{"eth0|ip", "eth2|"}));
  const TempFile conf("interface eth0\nfilter ip\n");
  EXPECT_EQ(InterfacesOf(Parse({"-c", conf.path(), "eth2"})), Words{"eth2|ip"});
}

TEST(Options, AFilterLetterIsThatOfAllInterfaces) {
  const TempFile yaml(
      "capture: {interfaces: [{name: eth0, filter: ip}, eth1]}\n");
  EXPECT_EQ(InterfacesOf(Parse({"--config.file", yaml.path(), "-f", "udp"})),
            (Words{"eth0|udp", "eth1|udp"}));
}

TEST(Options, FilesStandBehindAnInterfaceOrBeforeTwoDashes) {
  for (const Words& words :
       {Words{"eth0", "--capture.file", "a.pcap", "b.pcap"},
        Words{"--capture.file", "a.pcap", "b.pcap", "--", "eth0"},
        Words{"--capture.file", "a.pcap", "b.pcap", "--once", "eth0"},
        Words{"--capture.file=a.pcap", "--capture.file=b.pcap", "-P",
              "eth0"}}) {
    const Options options = Parse(words);
    EXPECT_EQ(options.capture_files, (Words{"a.pcap", "b.pcap"}));
    EXPECT_EQ(options.capture_label, "eth0");
    EXPECT_EQ(InterfacesOf(options), Words{"default|"});
  }
  EXPECT_EQ(Parse({"--capture.file", "-"}).capture_files, Words{"-"});
}

TEST(Options, WithFilesThereIsOneLabelAtMost) {
  EXPECT_EQ(ParseError({"eth0", "eth1", "--capture.file", "a"}),
            "ipband_exporter: error: there are 2 INTERFACE arguments beside "
            "--capture.file; allowed: one, which is the label");
}

TEST(Options, AFileHasTheFilterItsInterfaceWouldHave) {
  const TempFile one("capture: {interfaces: [{name: eth0, filter: ip}]}\n");
  const TempFile two(
      "capture: {interfaces: [{name: eth0, filter: ip}, eth1]}\n");
  const auto filter = [](Words words) {
    words.insert(words.end(), {"--capture.file", "a"});
    return Parse(words).capture_file_filter;
  };
  EXPECT_EQ(filter({}), "");
  EXPECT_EQ(filter({"-f", "udp"}), "udp");
  EXPECT_EQ(filter({"--config.file", one.path()}), "ip");
  EXPECT_EQ(filter({"--config.file", two.path()}), "");
  EXPECT_EQ(filter({"--config.file", two.path(), "eth0"}), "ip");
  EXPECT_EQ(filter({"--config.file", two.path(), "-f", "udp", "eth0"}), "udp");
}

TEST(Options, WarningsOfTheFileAreHandedOn) {
  const TempFile file(
      "debugger 0\nfork 1\nsubnet 10.0.0.1 b 1\n"
      "subnet 10.0.0.2 b 2\n");
  EXPECT_EQ(Parse({"-c", file.path()}).warnings.size(), 3u);
}

}  // namespace
}  // namespace ipband
