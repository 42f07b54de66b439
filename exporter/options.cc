// SPDX-License-Identifier: Apache-2.0
#include "exporter/options.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/command_line.h"
#include "exporter/config/listen_address.h"
#include "exporter/config/load_ipband.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/config/validate.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/flag_values.h"
#include "exporter/letters.h"
#include "exporter/outputs.h"

namespace ipband {
namespace {

// Letters that only make sense to somebody who comes from ipband.
constexpr std::string_view kCompatibilityLetters = "aAbLmMortTw";

class OptionsBuilder {
 public:
  OptionsBuilder(CommandLine line, const SystemPlaces& places)
      : line_(std::move(line)), places_(places) {}

  Options Build() {
    if (line_.answer) {
      options_.answer = *line_.answer;
      return options_;
    }
    ChooseFile();
    ReadFile();
    ApplyNativeFlags();
    ApplyLetters(line_.letters, options_.config, origins_);
    ApplyInterfaces();
    NameIpbandSubnets();
    MakePathsAbsolute(options_.config);
    Validate(options_.config, origins_);
    SettleMail();
    SettleAccumulation();
    if (ReadsFiles()) KeepNamedOutputs();
    SettleStorage();
    Warn(CheckOutputs(options_.config));
    return options_;
  }

 private:
  const std::string* LetterValue(char letter) const {
    const auto found = line_.letters.find(letter);
    return found == line_.letters.end() ? nullptr : &found->second;
  }
  bool Has(char letter) const { return LetterValue(letter) != nullptr; }
  bool ReadsFiles() const { return !line_.capture_files.empty(); }

  void Warn(const std::vector<std::string>& sentences) {
    options_.warnings.insert(options_.warnings.end(), sentences.begin(),
                             sentences.end());
  }

  bool CalledAsIpband() const {
    return line_.program == "ipband" ||
           std::any_of(kCompatibilityLetters.begin(),
                       kCompatibilityLetters.end(),
                       [this](char letter) { return Has(letter); });
  }

  // ipband: -c and -C set every option before them back to its default, and a
  // file that could not be read was passed over.
  void ChooseFile() {
    const std::string* file = LetterValue('c');
    if (file != nullptr && line_.native_file) {
      throw UsageError("-c and --config.file are both given; use one of them");
    }
    if (Has('C') && (file != nullptr || line_.native_file)) {
      throw UsageError("-C says to read no file; leave it out or the file");
    }
    options_.compatibility = CalledAsIpband();
    if (line_.native_file) {
      file_ = ReadTextFile(*line_.native_file);
      is_yaml_ = true;
    } else if (file != nullptr) {
      file_ = ReadTextFile(*file);
      is_yaml_ = LooksLikeYaml(file_->text);
    } else if (options_.compatibility && !Has('C') &&
               access(places_.ipband_conf.c_str(), F_OK) == 0) {
      file_ = ReadTextFile(places_.ipband_conf);
    }
    if (file_ && !is_yaml_) options_.compatibility = true;
  }

  void ReadFile() {
    if (options_.compatibility) options_.config = IpbandDefaults();
    if (!file_) return;
    options_.files_read.push_back(std::filesystem::absolute(file_->name));
    options_.text_read = file_->text;
    if (is_yaml_) {
      LoadYaml(*file_, options_.config, origins_);
      PreferSmtp();
      return;
    }
    extras_ = LoadIpband(*file_, options_.config, origins_);
    options_.warnings = extras_.warnings;
    options_.daemonize = extras_.fork;
  }

  // Who names a mail server does not mean compatibility mode's command.
  void PreferSmtp() {
    if (origins_.contains("reports.mail.smtp") &&
        !origins_.contains("reports.mail.command")) {
      options_.config.reports.mail.command.clear();
    }
  }

  void ApplyNativeFlags() {
    WebOptions& web = options_.config.web;
    options_.check = line_.check;
    options_.once = line_.once;
    options_.capture_files = line_.capture_files;
    if (Has('F')) options_.daemonize = true;
    if (!line_.listen_addresses.empty()) {
      web.listen_addresses = line_.listen_addresses;
    }
    for (const std::string& address : line_.listen_addresses) {
      ParseFlag("--web.listen-address", address, ParseListenAddress);
    }
    if (line_.telemetry_path) {
      web.telemetry_path = ParseFlag("--web.telemetry-path",
                                     *line_.telemetry_path, ParseTelemetryPath);
    }
    if (line_.storage_path) {
      options_.config.storage.path =
          ParseFlag("--storage.path", *line_.storage_path, ParseDirectoryName);
    }
    ApplyLog();
  }

  void ApplyLog() {
    if (extras_.debug > 0) options_.log.level = LogLevel::kDebug;
    if (const std::string* debug = LetterValue('d')) {
      const int64_t level =
          ParseFlag("-d", *debug, [](const std::string& value) {
            return ParseInteger(value, {INT32_MIN, INT32_MAX});
          });
      options_.log.level = level > 0 ? LogLevel::kDebug : LogLevel::kInfo;
    }
    if (line_.log_level) {
      options_.log.level = OneOf<LogLevel>("--log.level", *line_.log_level,
                                           {{"debug", LogLevel::kDebug},
                                            {"info", LogLevel::kInfo},
                                            {"warn", LogLevel::kWarn},
                                            {"error", LogLevel::kError}});
    }
    if (line_.log_format) {
      options_.log.format = OneOf<LogFormat>(
          "--log.format", *line_.log_format,
          {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}});
    }
  }

  template <class T>
  static T OneOf(const std::string& flag, const std::string& text,
                 const std::vector<std::pair<std::string_view, T>>& words) {
    std::vector<std::string_view> allowed;
    for (const auto& [word, value] : words) {
      if (word == text) return value;
      allowed.push_back(word);
    }
    throw UsageError(flag + ": " + Quote(text) + " is not known; " +
                     AllowedWords(text, allowed));
  }

  // An INTERFACE keeps the filter the file has for it.
  void ApplyInterfaces() {
    std::vector<InterfaceOptions>& interfaces =
        options_.config.capture.interfaces;
    for (const std::string& name : line_.interfaces) {
      ParseFlag("INTERFACE", name, ParseInterfaceName);
    }
    if (ReadsFiles()) {
      ApplyLabel();
    } else if (!line_.interfaces.empty()) {
      std::vector<InterfaceOptions> named;
      for (const std::string& name : line_.interfaces) {
        named.push_back({name, FilterOf(name)});
      }
      interfaces = std::move(named);
      origins_["capture.interfaces"] = "INTERFACE";
    }
    if (const std::string* filter = LetterValue('f')) {
      for (InterfaceOptions& interface : interfaces) interface.filter = *filter;
      options_.capture_file_filter = *filter;
    }
  }

  // With files an INTERFACE names only the label, and which filter is meant.
  void ApplyLabel() {
    const std::vector<InterfaceOptions>& interfaces =
        options_.config.capture.interfaces;
    if (line_.interfaces.size() > 1) {
      throw UsageError("there are " + std::to_string(line_.interfaces.size()) +
                       " INTERFACE arguments beside --capture.file; allowed: "
                       "one, which is the label");
    }
    if (!line_.interfaces.empty()) {
      options_.capture_label = line_.interfaces.front();
      options_.capture_file_filter = FilterOf(options_.capture_label);
    } else if (interfaces.size() == 1) {
      options_.capture_file_filter = interfaces.front().filter;
    }
  }

  std::string FilterOf(const std::string& name) const {
    for (const InterfaceOptions& interface :
         options_.config.capture.interfaces) {
      if (interface.name == name) return interface.filter;
    }
    return extras_.filter;
  }

  void NameIpbandSubnets() {
    if (extras_.subnets.empty()) return;
    Warn(NameSubnets(file_->name, extras_.subnets, options_.config.accounting));
  }

  // ipband: with an empty address or command it goes on without mail. In YAML
  // an empty command is no such slip: it means SMTP.
  void SettleMail() {
    MailOptions& mail = options_.config.reports.mail;
    const auto from_ipband = [this](const char* key, char letter) {
      return origins_.contains(key) && (!is_yaml_ || Has(letter));
    };
    if (mail.to.empty() && from_ipband("reports.mail.to", 'M')) {
      Warn({origins_["reports.mail.to"] +
            ": the address is empty, so no report is mailed"});
    }
    const bool blank =
        mail.command.find_first_not_of(" \t") == std::string::npos;
    if (blank && from_ipband("reports.mail.command", 'T')) {
      Warn({origins_["reports.mail.command"] +
            ": the command is empty, so no report is mailed"});
      mail.to.clear();
      mail.command.clear();
    }
  }

  // ipband: time is accumulated only for subnets that are named.
  void SettleAccumulation() {
    const Config& config = options_.config;
    if (!config.reports.accumulate || !config.accounting.subnets.empty()) {
      return;
    }
    Warn({origins_["reports.accumulate"] +
          ": accumulated time has no effect without named subnets"});
  }

  // A replay beside a running program disturbs nothing.
  void KeepNamedOutputs() {
    ReportOptions& reports = options_.config.reports;
    reports.directory.clear();
    reports.json.clear();
    reports.webhook.url.clear();
    if (!Has('o')) reports.text.clear();
    if (!Has('w')) reports.html.clear();
    if (!Has('M')) reports.mail.to.clear();
  }

  void SettleStorage() {
    std::string& path = options_.config.storage.path;
    if (ReadsFiles()) {
      path.clear();
      if (line_.storage_path) {
        Warn({"--storage.path has no effect with --capture.file"});
      }
      return;
    }
    // A single look does not touch the state of a program that runs beside it.
    if (!path.empty() || options_.once) return;
    path = DefaultStoragePath(places_.storage);
    options_.storage_by_default = true;
    if (!path.empty() || options_.check) return;
    const std::string& reports = options_.config.reports.directory;
    const bool loses_reports = !reports.empty() && !reports.starts_with('/');
    Warn({std::string("there is no storage: ") +
          (loses_reports ? "reports are not kept for reading, and " : "") +
          "watches do not outlive a restart; name a directory with "
          "--storage.path or storage.path, or make " +
          places_.storage.of_system + " and let this user write to it"});
  }

  CommandLine line_;
  const SystemPlaces& places_;
  Options options_;
  std::optional<TextFile> file_;
  bool is_yaml_ = false;
  IpbandExtras extras_;
  Origins origins_;
};

}  // namespace

Options ParseOptions(int argc, const char* const* argv,
                     const SystemPlaces& places) {
  return OptionsBuilder(ParseCommandLine(argc, argv), places).Build();
}

}  // namespace ipband
