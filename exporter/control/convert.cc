// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/convert.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "exporter/config/load_ipfm.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/text_values.h"
#include "exporter/config/validate.h"
#include "exporter/config/wording.h"
#include "exporter/config/write_yaml.h"
#include "exporter/control/print.h"
#include "exporter/control/read_options.h"
#include "exporter/error.h"
#include "exporter/filters.h"
#include "exporter/outputs.h"

namespace ipband {
namespace {

// What the YAML has to say: without what this machine only offers.
Config ConfigToWrite(const Options& options) {
  Config config = options.config;
  if (options.storage_by_default) config.storage.path.clear();
  // ipband: the addresses are one text. Mails look the same.
  MailOptions& mail = config.reports.mail;
  for (const std::string& text : std::exchange(mail.to, {})) {
    for (const std::string& address : ParseMailAddresses(text)) {
      mail.to.push_back(address);
    }
  }
  // ipfm: what follows a CLEAR EVERY takes its effect away, not its times.
  for (MeterConfig& meter : config.meters) {
    if (meter.meter.clear == MeterClear::kEvery) continue;
    meter.meter.clear_grid = MeterGrid();
  }
  return config;
}

// What was told about the file; not what this machine could write at present.
std::vector<std::string> WarningsOfFile(const Options& options) {
  const std::vector<std::string> outputs = CheckOutputs(options.config);
  std::vector<std::string> warnings = options.warnings;
  std::erase_if(warnings, [&](const std::string& warning) {
    return std::find(outputs.begin(), outputs.end(), warning) != outputs.end();
  });
  return warnings;
}

YamlComments CommentsOn(const Options& options) {
  YamlComments comments;
  std::vector<std::string>& top = comments[""];
  for (const std::string& file : options.files_read) {
    top.push_back("From " + file);
  }
  for (const std::string& warning : WarningsOfFile(options)) {
    top.push_back(warning);
  }
  if (options.daemonize) {
    top.push_back("fork yes: no key; start with -F, or by systemd");
  }
  if (options.log.level == LogLevel::kDebug) {
    top.push_back("debug: no key; start with --log.level=debug");
  }
  top.push_back(
      "With the original, the program also ends if an interface cannot");
  top.push_back(
      "be opened at its start, and runs without metrics if port 10059");
  top.push_back("is taken.");
  if (!options.config.capture.interfaces.front().filter.empty()) {
    comments["capture.interfaces"] = {
        "With the original, the filter is also that of an INTERFACE which the",
        "command line names."};
  }
  return comments;
}

// Why the YAML does not say what the configuration does; empty if it does. One
// reason is known: a control character in a mail command.
std::string Difference(const std::string& yaml, const Config& config) {
  Config read;
  Origins origins;
  try {
    LoadYaml({.name = "YAML", .text = yaml}, read, origins);
    Validate(read, origins);
  } catch (const Error& error) {
    return error.what();
  }
  return read == config ? "" : "it would be read as something else";
}

std::string WriteAndProve(const Config& config, const YamlComments& comments) {
  std::string yaml = WriteYaml(config, comments);
  const std::string difference = Difference(yaml, config);
  if (!difference.empty()) {
    throw BadValue("YAML cannot say the same: " + difference);
  }
  return yaml;
}

Options ReadOriginal(const ConvertOptions& options,
                     const SystemPlaces& places) {
  const bool is_ipfm = options.from == "ipfm";
  if (!is_ipfm && options.from != "ipband") {
    throw UsageError("--from: " + Quote(options.from) + " is not known; " +
                     AllowedWords(options.from, {"ipband", "ipfm"}));
  }
  Options read = is_ipfm ? ReadMetersOf(options.file, places)
                         : ReadOptionsOf(options.file, places);
  if (!read.compatibility) {
    throw UsageError(options.file + " is YAML already; nothing is converted");
  }
  if (!is_ipfm && LooksLikeIpfm(read.text_read)) {
    throw UsageError(options.file +
                     " is an ipfm.conf; convert it with --from ipfm");
  }
  return read;
}

}  // namespace

std::string Convert(const ConvertOptions& options, const SystemPlaces& places) {
  const Options read = ReadOriginal(options, places);
  CheckFilters(read);
  const Config config = ConfigToWrite(read);
  try {
    return WriteAndProve(config, CommentsOn(read));
  } catch (const BadValue& error) {
    throw UsageError(options.file + ": " + error.what());
  }
}

int RunConvert(const ConvertOptions& options) {
  Print(Convert(options));
  return 0;
}

}  // namespace ipband
