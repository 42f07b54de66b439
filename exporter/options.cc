// SPDX-License-Identifier: Apache-2.0
#include "exporter/options.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/command_line.h"
#include "exporter/config/limits.h"
#include "exporter/config/listen_address.h"
#include "exporter/config/load_ipband.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/text_values.h"
#include "exporter/config/validate.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

// Letters that only make sense to somebody who comes from ipband.
constexpr std::string_view kCompatibilityLetters = "aAbLmMortTw";
constexpr std::string_view kReportLetters = "AlMotTw";

// The value that `parse` finds behind a flag.
template <class Parser>
auto ParseFlag(const std::string& flag, const std::string& text,
               const Parser& parse) {
  try {
    return parse(text);
  } catch (const BadValue& error) {
    throw UsageError(flag + ": " + error.what());
  }
}

class OptionsBuilder {
 public:
  OptionsBuilder(CommandLine line, std::string system_file)
      : line_(std::move(line)), system_file_(std::move(system_file)) {}

  Options Build() {
    if (line_.answer) {
      options_.answer = *line_.answer;
      return options_;
    }
    ChooseFile();
    ReadFile();
    ApplyNativeFlags();
    ApplyLetters();
    ApplyInterfaces();
    NameIpbandSubnets();
    Validate(options_.config, origins_);
    return options_;
  }

 private:
  const std::string* LetterValue(char letter) const {
    const auto found = line_.letters.find(letter);
    return found == line_.letters.end() ? nullptr : &found->second;
  }
  bool Has(char letter) const { return LetterValue(letter) != nullptr; }

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
               access(system_file_.c_str(), F_OK) == 0) {
      file_ = ReadTextFile(system_file_);
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
      return;
    }
    extras_ = LoadIpband(*file_, options_.config, origins_);
    options_.warnings = extras_.warnings;
    options_.daemonize = extras_.fork;
  }

  void ApplyNativeFlags() {
    WebOptions& web = options_.config.web;
    options_.check = line_.check;
    options_.once = line_.once;
    options_.capture_files = line_.capture_files;
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
    ApplyLog();
  }

  void ApplyLog() {
    if (extras_.debug > 0) options_.log.level = LogLevel::kDebug;
    if (const std::string* debug = LetterValue('d')) {
      options_.log.level = WholeFlag('d', *debug, {INT32_MIN, INT32_MAX}) > 0
                               ? LogLevel::kDebug
                               : LogLevel::kInfo;
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

  static int64_t WholeFlag(char letter, const std::string& text,
                           Range<int64_t> allowed) {
    return ParseFlag({'-', letter}, text, [&](const std::string& value) {
      return ParseInteger(value, allowed);
    });
  }

  // Seconds, as ipband has them, or a duration with units.
  static std::chrono::seconds SecondsFlag(char letter, const std::string& text,
                                          Range<std::chrono::seconds> allowed) {
    return ParseFlag({'-', letter}, text, [&](const std::string& value) {
      const bool bare =
          value.find_first_not_of("0123456789-") == std::string::npos;
      if (!bare) return ParseDuration(value, allowed);
      return std::chrono::seconds(
          ParseInteger(value, {allowed.min.count(), allowed.max.count()}));
    });
  }

  void ApplyLetters() {
    Config& config = options_.config;
    if (Has('F')) options_.daemonize = true;
    if (Has('P')) config.capture.promiscuous = false;
    if (const std::string* value = LetterValue('a')) {
      config.accounting.averaging_period =
          SecondsFlag('a', *value, kAveragingPeriodRange);
      origins_["accounting.averaging_period"] = "-a";
    }
    if (const std::string* value = LetterValue('r')) {
      config.thresholds.report_period =
          SecondsFlag('r', *value, kReportPeriodRange);
      origins_["thresholds.report_period"] = "-r";
    }
    if (const std::string* value = LetterValue('b')) {
      config.thresholds.bytes_per_second =
          ParseFlag("-b", *value, ParseBandwidth);
    }
    if (const std::string* value = LetterValue('m')) {
      SetMaskBits(static_cast<int>(WholeFlag('m', *value, kIpv4BitsRange)),
                  config.accounting);
    }
    if (const std::string* value = LetterValue('J')) {
      config.accounting.length_adjustment =
          WholeFlag('J', *value, kLengthAdjustmentRange);
    }
    if (const std::string* value = LetterValue('L')) {
      config.accounting.local = ParseFlag("-L", *value, ParseLocalList);
    }
    if (const std::string* value = LetterValue('t')) {
      WholeFlag('t', *value, {0, INT32_MAX});
    }
    for (const char letter : kReportLetters) {
      if (!Has(letter)) continue;
      options_.warnings.push_back(
          std::string{'-', letter} +
          " has no effect: this version writes no reports");
    }
  }

  // An INTERFACE keeps the filter the file has for it.
  void ApplyInterfaces() {
    std::vector<InterfaceOptions>& interfaces =
        options_.config.capture.interfaces;
    for (const std::string& name : line_.interfaces) {
      ParseFlag("INTERFACE", name, ParseInterfaceName);
    }
    if (!line_.capture_files.empty()) {
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
    const std::vector<std::string> warnings =
        NameSubnets(file_->name, extras_.subnets, options_.config.accounting);
    options_.warnings.insert(options_.warnings.end(), warnings.begin(),
                             warnings.end());
  }

  CommandLine line_;
  std::string system_file_;
  Options options_;
  std::optional<TextFile> file_;
  bool is_yaml_ = false;
  IpbandExtras extras_;
  Origins origins_;
};

}  // namespace

Options ParseOptions(int argc, const char* const* argv,
                     const std::string& system_file) {
  return OptionsBuilder(ParseCommandLine(argc, argv), system_file).Build();
}

}  // namespace ipband
