// SPDX-License-Identifier: Apache-2.0
#include "exporter/reload.h"

#include <string>

#include "exporter/log.h"

namespace ipband {
namespace {

void WarnOfRestart(std::string_view key) {
  Log(LogLevel::kWarn, "config", "this takes effect with a restart",
      {{"key", std::string(key)}});
}

template <class Value>
void Keep(std::string_view key, const Value& running, Value& fresh) {
  if (fresh == running) return;
  fresh = running;
  WarnOfRestart(key);
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

void KeepUntilRestart(const Config& running, Options& options) {
  Config& fresh = options.config;
  Keep("web.listen_address", running.web.listen_addresses,
       fresh.web.listen_addresses);
  // The file itself is read again whenever it is needed.
  Keep("web.config_file", running.web.config_file, fresh.web.config_file);
  // The place that is found may depend on the user we were.
  if (options.storage_by_default) fresh.storage.path = running.storage.path;
  Keep("storage.path", running.storage.path, fresh.storage.path);
  // It is tried all the same: not every sendmail asks for more than we have.
  if (RunsCommand(fresh.reports) && !RunsCommand(running.reports)) {
    Log(LogLevel::kWarn, "config",
        "a command that gains privileges, like sendmail's, cannot do so before "
        "a restart",
        {{"key", "reports.mail.command"}});
  }
}

bool RunsCommand(const ReportOptions& reports) {
  return !reports.mail.to.empty() && !reports.mail.command.empty();
}

}  // namespace ipband
