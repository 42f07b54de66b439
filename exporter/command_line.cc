// SPDX-License-Identifier: Apache-2.0
#include "exporter/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string_view>

#include "exporter/error.h"
#include "exporter/version.h"

namespace ipband {
namespace {

constexpr const char* kAbout =
    "Counts the IP traffic of subnets and hosts for Prometheus.\n"
    "Without INTERFACE it captures on that of the default route.";
constexpr const char* kIpfmAbout =
    "Counts the IP traffic of hosts as its configuration file says, like ipfm.";
constexpr const char* kExamples =
    "Every INTERFACE is a name, a glob (en*, !veth*), any or default.\n"
    "--capture.file takes all words up to the next flag, so an INTERFACE, "
    "which\n"
    "then only names the files' interface label, stands before it or after "
    "--:\n"
    "  ipband_exporter eth0 --capture.file a.pcap b.pcap\n"
    "  ipband_exporter --capture.file a.pcap b.pcap -- eth0\n";
constexpr const char* kLetters = "ipband's letters";

struct Letter {
  char letter;
  const char* value;  // nullptr: it has none
  const char* help;
};

constexpr Letter kLetterTable[] = {
    {'a', "SECONDS", "averaging period"},
    {'A', nullptr, "add the accumulated time to reports"},
    {'b', "KBPS", "threshold: 1024 bytes/s, or like 10Mbit/s"},
    {'c', "FILE", "read FILE, YAML, ipband.conf or ipfm.conf"},
    {'C', nullptr, "read no configuration file"},
    {'d', "LEVEL", "1 and more: log at level debug"},
    {'f', "FILTER", "pcap-filter(7) of all interfaces"},
    {'F', nullptr, "go to the background"},
    {'J', "BYTES", "add BYTES to the length of every frame"},
    {'l', "FILE", "footer of report mails"},
    {'L', "RANGES", "local: 10.1:10.2.0.0/16:10.3.0.1-10.3.0.9"},
    {'m', "BITS", "mask bits of subnets"},
    {'M', "ADDRESSES", "mail reports to ADDRESSES, comma separated"},
    {'o', "FILE", "append reports to FILE; - is standard output"},
    {'P', nullptr, "not in promiscuous mode"},
    {'r', "SECONDS", "report period"},
    {'t', "NUMBER", "connections in a report; 0 is all"},
    {'T', "COMMAND", "command that mails reports"},
    {'w', "FILE", "rewrite an HTML page FILE every period"},
};

std::string BaseName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

void AddNativeFlags(CLI::App& app, CommandLine& line) {
  const auto add = [&](const char* flag, auto& value, const char* help,
                       const char* kind) {
    app.add_option(flag, value, help)
        ->option_text(kind)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  add("--config.file", line.native_file, "read FILE, native YAML", "FILE");
  add("--meters.file", line.meters_file,
      "read meters from FILE, an ipfm.conf or YAML", "FILE");
  app.add_flag("--config.check", line.check,
               "check the configuration, print nothing if good")
      ->disable_flag_override();
  app.add_option("--capture.file", line.capture_files,
                 "read pcap, pcapng files; - is standard input;\n"
                 "dumps then replace files of other runs only if\n"
                 "--meters.file names the meters")
      ->option_text("FILE...");
  app.add_flag("--once", line.once,
               "print the metrics at the end of the files (live:\n"
               "after one averaging period) and exit")
      ->disable_flag_override();
  app.add_option("--web.listen-address", line.listen_addresses,
                 "where to serve; repeatable; default :10059")
      ->option_text("ADDRESS")
      ->allow_extra_args(false);
  add("--web.telemetry-path", line.telemetry_path,
      "path of the metrics; default /metrics", "PATH");
  add("--web.config.file", line.web_config_file,
      "TLS, headers and users, in exporter-toolkit's format", "FILE");
  add("--web.max-requests", line.max_requests,
      "scrapes at the same time; default 40, 0 is no limit", "NUMBER");
  app.add_flag("--web.enable-lifecycle", line.enable_lifecycle,
               "let POST /-/reload read the configuration again")
      ->disable_flag_override();
  app.add_flag("--web.disable-exporter-metrics", line.disable_exporter_metrics,
               "leave out process_*, the metrics of this program")
      ->disable_flag_override();
  add("--user", line.user, "run as user NAME", "NAME");
  add("--storage.path", line.storage_path, "keep reports and state in DIR",
      "DIR");
  add("--log.level", line.log_level, "debug, info, warn or error", "LEVEL");
  add("--log.format", line.log_format, "logfmt or json", "FORMAT");
}

void AddLetters(CLI::App& app, CommandLine& line) {
  for (const Letter& letter : kLetterTable) {
    const std::string name = {'-', letter.letter};
    std::map<char, std::string>& letters = line.letters;
    const char key = letter.letter;
    if (letter.value == nullptr) {
      app.add_flag_callback(
             name, [&letters, key] { letters[key] = ""; }, letter.help)
          ->group(kLetters);
      continue;
    }
    app.add_option_function<std::string>(
           name,
           [&letters, key](const std::string& value) { letters[key] = value; },
           letter.help)
        ->option_text(letter.value)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->group(kLetters);
  }
}

void AddIpfmOptions(CLI::App& app, CommandLine& line) {
  const auto last = CLI::MultiOptionPolicy::TakeLast;
  app.add_option_function<std::string>(
         "-c,--config",
         [&line](const std::string& value) { line.letters['c'] = value; },
         "read FILE; default /etc/ipfm.conf")
      ->option_text("FILE")
      ->multi_option_policy(last);
  app.add_flag("-n,--nodaemon", line.no_daemon, "stay in the foreground")
      ->disable_flag_override();
  app.add_option("-p,--pidfile,--pid", line.pid_file,
                 "keep the process id in FILE; default\n"
                 "/run/ipfm.pid, none with -n")
      ->option_text("FILE")
      ->multi_option_policy(last);
}

// ipfm: its long options could be cut short, each to a single letter.
std::string WithoutAbbreviation(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  if (!name.starts_with("--") || name.size() == 2) return word;
  for (const std::string option :
       {"--config", "--nodaemon", "--pidfile", "--help"}) {
    if (option.starts_with(name)) return option + word.substr(name.size());
  }
  return word;
}

std::vector<std::string> WordsOf(int argc, const char* const* argv,
                                 bool is_ipfm) {
  std::vector<std::string> words;
  bool options_end = !is_ipfm;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    options_end = options_end || word == "--";
    words.push_back(options_end ? word : WithoutAbbreviation(word));
  }
  return words;
}

// CLI11 takes the next word for the value that is missing behind "=".
void RefuseEmptyValues(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") return;
    if (!word.starts_with("--") || word.find('=') + 1 != word.size()) continue;
    throw UsageError(std::string(word.substr(0, word.size() - 1)) +
                     " has no value behind =; try --help");
  }
}

void RefuseUnknown(const CLI::App& app) {
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with('-') || word == "--") continue;
    const std::string flag = word.substr(0, word.find('='));
    throw UsageError("unknown flag " + (flag.size() > 1 ? flag : word) +
                     "; try --help");
  }
}

// CLI11's words for a mistake, such as "-a: 1 required TEXT missing".
Error Translate(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string flag = text.substr(0, text.find_first_of(": "));
  if (text.find("missing") != std::string::npos) {
    return UsageError(flag + " needs a value; try --help");
  }
  if (text.find("override") != std::string::npos) {
    return UsageError("--" + flag + " takes no value; try --help");
  }
  return UsageError(text + "; try --help");
}

}  // namespace

CommandLine ParseCommandLine(int argc, const char* const* argv) {
  CommandLine line;
  line.program = argc > 0 ? BaseName(argv[0]) : "";
  line.is_ipfm = line.program == "ipfm";

  CLI::App app(line.is_ipfm ? kIpfmAbout : kAbout,
               line.is_ipfm ? "ipfm" : "ipband_exporter");
  app.get_formatter()->column_width(32);
  app.allow_extras();
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag(line.is_ipfm ? "--version" : "-v,--version",
                       VersionText(), "print the version and exit");
  if (line.is_ipfm) {
    app.add_option("WORD", line.ignored, "ignored")->option_text("...");
    AddIpfmOptions(app, line);
    AddNativeFlags(app, line);
  } else {
    app.footer(kExamples);
    app.add_option("INTERFACE", line.interfaces, "what to capture on")
        ->option_text("...");
    AddNativeFlags(app, line);
    AddLetters(app, line);
  }
  RefuseEmptyValues(argc, argv);
  try {
    std::vector<std::string> words = WordsOf(argc, argv, line.is_ipfm);
    std::reverse(words.begin(), words.end());  // as CLI11 wants it
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    line.answer = app.help();
  } catch (const CLI::CallForVersion&) {
    line.answer = VersionText();
  } catch (const CLI::ParseError& error) {
    throw Translate(error);
  }
  if (!line.answer) RefuseUnknown(app);
  return line;
}

}  // namespace ipband
