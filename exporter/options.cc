// SPDX-License-Identifier: Apache-2.0
#include "exporter/options.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/command_line.h"
#include "exporter/config/load_ipband.h"
#include "exporter/config/load_ipfm.h"
#include "exporter/config/load_meters.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/text_file.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/config/validate.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/flag_values.h"
#include "exporter/ipfm_capture.h"
#include "exporter/letters.h"
#include "exporter/outputs.h"
#include "exporter/web_flags.h"

namespace ipband {
namespace {

// Letters that only make sense to somebody who comes from ipband.
constexpr std::string_view kCompatibilityLetters = "aAbLmMortTw";

std::string ParseFile(const std::string& name) {
  if (name.empty()) throw BadValue("the name is empty; allowed: a file");
  return name;
}

enum class FileKind { kYaml, kIpband, kIpfm };

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
    ChooseDefaults();
    ReadFile();
    ReadMetersFile();
    ApplyNativeFlags();
    ApplyLetters(line_.letters, options_.config, origins_);
    ApplyInterfaces();
    NameIpbandSubnets();
    MakePathsAbsolute(options_.config);
    Validate(options_.config, origins_);
    Warn(HiddenRules(options_.config.meters, origins_));
    Warn(SharedFiles(options_.config.meters, origins_));
    SettleDaemon();
    SettleMail();
    SettleAccumulation();
    if (ReadsFiles()) {
      KeepOutputs({.text = Has('o'), .html = Has('w'), .mail = Has('M')},
                  options_.config.reports);
    }
    SettleStorage();
    // Another user is asked later what it may write.
    if (!ChangesUser(options_.user)) Warn(CheckOutputs(options_.config));
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
    if (line_.native_file) {
      file_ = ReadTextFile(*line_.native_file, "--config.file");
      kind_ = FileKind::kYaml;
    } else if (file != nullptr) {
      file_ = ReadTextFile(*file, "-c");
      kind_ = KindOf(file_->text);
    } else if (line_.is_ipfm && !line_.meters_file) {
      file_ = ReadTextFile(places_.ipfm_conf);
      kind_ = KindOf(file_->text);
    } else if (CalledAsIpband() && !Has('C') &&
               access(places_.ipband_conf.c_str(), F_OK) == 0) {
      file_ = ReadTextFile(places_.ipband_conf);
      kind_ = FileKind::kIpband;
    }
    if (line_.meters_file) {
      meters_file_ = ReadTextFile(*line_.meters_file, "--meters.file");
    }
  }

  FileKind KindOf(const std::string& text) const {
    if (LooksLikeYaml(text)) return FileKind::kYaml;
    return line_.is_ipfm || LooksLikeIpfm(text) ? FileKind::kIpfm
                                                : FileKind::kIpband;
  }
  bool FileIs(FileKind kind) const { return file_ && kind_ == kind; }

  // Beside another file, an ipfm.conf adds its meters and nothing else.
  void ChooseDefaults() {
    const bool only_meters =
        !file_ && meters_file_ && !LooksLikeYaml(meters_file_->text);
    if (CalledAsIpband() || FileIs(FileKind::kIpband)) {
      options_.config = IpbandDefaults();
    } else if (line_.is_ipfm || FileIs(FileKind::kIpfm) || only_meters) {
      options_.config = IpfmDefaults();
    } else {
      return;
    }
    options_.compatibility = true;
  }

  void NoteRead(const TextFile& file) {
    options_.files_read.push_back(std::filesystem::absolute(file.name));
    options_.text_read += file.text;
  }

  void ReadFile() {
    if (!file_) return;
    NoteRead(*file_);
    switch (kind_) {
      case FileKind::kYaml:
        LoadYaml(*file_, options_.config, origins_);
        PreferSmtp();
        for (const auto& [name, filter] : options_.config.capture.interfaces) {
          if (filter.empty()) continue;
          NoteFilter(origins_.at(FilterOrigin(name)),
                     "capture.interfaces.filter", filter);
        }
        break;
      case FileKind::kIpband:
        extras_ = LoadIpband(*file_, options_.config, origins_);
        Warn(extras_.warnings);
        NoteFilter(extras_.filter_place, "filter", extras_.filter);
        options_.daemonize = extras_.fork;
        break;
      case FileKind::kIpfm:
        ReadIpfm(*file_);
        break;
    }
  }

  void NoteFilter(const std::string& place, const std::string& key,
                  const std::string& text) {
    if (!text.empty()) options_.filters.push_back({place, key, text});
  }

  void ReadMetersFile() {
    if (!meters_file_) return;
    options_.meters_named = options_.config.meters.empty();
    NoteRead(*meters_file_);
    if (LooksLikeYaml(meters_file_->text)) {
      LoadYamlMeters(*meters_file_, options_.config, origins_);
    } else {
      ReadIpfm(*meters_file_);
    }
  }

  void ReadIpfm(const TextFile& file) {
    IpfmConfig ipfm = LoadIpfm(file);
    Config& config = options_.config;
    for (size_t i = 0; i < ipfm.meters.size(); ++i) {
      AddMeter(ipfm.meters[i], ipfm.places[i], config.meters, origins_);
    }
    CaptureAsIpfm(ipfm, config, origins_);
    Warn(ipfm.warnings);
    ipfm_.push_back(std::move(ipfm));
  }

  // Who names a mail server does not mean compatibility mode's command.
  void PreferSmtp() {
    if (origins_.contains("reports.mail.smtp") &&
        !origins_.contains("reports.mail.command")) {
      options_.config.reports.mail.command.clear();
    }
  }

  void ApplyNativeFlags() {
    options_.check = line_.check;
    options_.once = line_.once;
    options_.capture_files = line_.capture_files;
    options_.enable_lifecycle = line_.enable_lifecycle;
    options_.disable_exporter_metrics = line_.disable_exporter_metrics;
    options_.user = line_.user.value_or("");
    if (Has('F')) options_.daemonize = true;
    ApplyWebFlags(line_, options_);
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
      options_.log.level = FlagWord<LogLevel>("--log.level", *line_.log_level,
                                              {{"debug", LogLevel::kDebug},
                                               {"info", LogLevel::kInfo},
                                               {"warn", LogLevel::kWarn},
                                               {"error", LogLevel::kError}});
    }
    if (line_.log_format) {
      options_.log.format = FlagWord<LogFormat>(
          "--log.format", *line_.log_format,
          {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}});
    }
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
    for (const IpfmConfig& ipfm : ipfm_) {
      if (!ReadsFiles()) Warn(NotCaptured(ipfm, options_.config));
    }
    if (const std::string* filter = LetterValue('f')) {
      for (InterfaceOptions& interface : interfaces) interface.filter = *filter;
      options_.capture_file_filter = *filter;
      NoteFilter("", "-f", *filter);
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
      return origins_.contains(key) &&
             (kind_ != FileKind::kYaml || Has(letter));
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

  // ipfm: goes to the background, and has no process id file without.
  void SettleDaemon() {
    if (!line_.is_ipfm) return;
    for (const std::string& word : line_.ignored) {
      Warn({Quote(word) + " on the command line has no effect"});
    }
    options_.daemonize = !line_.no_daemon && !line_.once && !ReadsFiles();
    if (options_.daemonize) {
      options_.pid_file = std::filesystem::absolute(
          line_.pid_file ? ParseFlag("--pidfile", *line_.pid_file, ParseFile)
                         : places_.ipfm_pid_file);
    } else if (line_.pid_file) {
      Warn({"--pidfile has no effect in the foreground"});
    }
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
          (options_.config.meters.empty() ? "watches do"
                                          : "watches and meters do") +
          " not outlive a restart; name a directory with "
          "--storage.path or storage.path, or make " +
          places_.storage.of_system + " and let this user write to it"});
  }

  CommandLine line_;
  const SystemPlaces& places_;
  Options options_;
  std::optional<TextFile> file_;
  FileKind kind_ = FileKind::kIpband;  // of `file_`
  std::optional<TextFile> meters_file_;
  IpbandExtras extras_;
  std::vector<IpfmConfig> ipfm_;
  Origins origins_;
};

}  // namespace

Options ParseOptions(int argc, const char* const* argv,
                     const SystemPlaces& places) {
  return OptionsBuilder(ParseCommandLine(argc, argv), places).Build();
}

}  // namespace ipband
