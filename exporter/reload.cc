// SPDX-License-Identifier: Apache-2.0
#include "exporter/reload.h"

#include <string>

#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

std::string ChangedSections(const Config& a, const Config& b) {
  std::string changed;
  const auto note = [&](bool same, std::string_view section) {
    if (same) return;
    if (!changed.empty()) changed += ", ";
    changed += section;
  };
  note(a.capture == b.capture, "capture");
  note(a.accounting == b.accounting, "accounting");
  note(a.thresholds == b.thresholds, "thresholds");
  note(a.reports == b.reports, "reports");
  note(a.web == b.web, "web");
  note(a.storage == b.storage, "storage");
  return changed;
}

}  // namespace

void LogRead(const Options& options, std::string_view how) {
  for (const std::string& file : options.files_read) {
    Log(LogLevel::kInfo, "config", how, {{"file", file}});
  }
  for (const std::string& warning : options.warnings) {
    Log(LogLevel::kWarn, "config", warning);
  }
}

// ipfm: ended when the configuration was bad or gone.
std::optional<Options> ReadAgain(const Options& running,
                                 const std::function<Options()>& read) {
  std::optional<Options> options;
  try {
    options = read();
  } catch (const Error& error) {
    Log(LogLevel::kError, "config",
        "not read again; the configuration stays as it was",
        {{"err", error.what()}});
    return std::nullopt;
  }
  LogRead(*options, "read again");
  const std::string changed = ChangedSections(running.config, options->config);
  if (!changed.empty()) {
    Log(LogLevel::kWarn, "config", "some changes take effect with a restart",
        {{"sections", changed}});
  }
  return options;
}

}  // namespace ipband
