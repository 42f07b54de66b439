// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_setup.h"

#include <filesystem>

#include "collectors/capture/interfaces.h"
#include "exporter/clock.h"

namespace ipband {
namespace {

// A relative one is below the storage path, if there is that.
std::string DirectoryFor(const std::string& name, const std::string& storage) {
  const std::filesystem::path directory = name;
  if (directory.empty() || directory.is_absolute()) return directory;
  if (storage.empty()) return {};
  return std::filesystem::path(storage) / directory;
}

// A glob may become any number.
bool HasSeveralInterfaces(const Options& options) {
  if (!options.capture_files.empty()) {
    return options.capture_label.empty() && options.capture_files.size() > 1;
  }
  const auto& interfaces = options.config.capture.interfaces;
  return interfaces.size() > 1 || MayMeanSeveral(interfaces.front().name);
}

}  // namespace

ReporterOptions ReporterOptionsFor(const Options& options,
                                   const std::string& storage) {
  const Config& config = options.config;
  return {.reports = config.reports,
          .directory = DirectoryFor(config.reports.directory, storage),
          .layout = {.top = config.reports.top,
                     .accumulate = config.reports.accumulate &&
                                   !config.accounting.subnets.empty(),
                     .several_interfaces = HasSeveralInterfaces(options),
                     .ipv4_bits = config.accounting.aggregate_ipv4},
          .waits = !options.capture_files.empty(),
          .clock = options.capture_files.empty() ? WallSeconds
                                                 : DirectorySink::Clock()};
}

}  // namespace ipband
