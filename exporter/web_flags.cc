// SPDX-License-Identifier: Apache-2.0
#include "exporter/web_flags.h"

#include <string>

#include "exporter/config/limits.h"
#include "exporter/config/listen_address.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/flag_values.h"

namespace ipband {

void ApplyWebFlags(const CommandLine& line, Options& options) {
  WebOptions& web = options.config.web;
  if (!line.listen_addresses.empty()) {
    web.listen_addresses = line.listen_addresses;
  }
  for (const std::string& address : line.listen_addresses) {
    ParseFlag("--web.listen-address", address, ParseListenAddress);
  }
  if (line.telemetry_path) {
    web.telemetry_path = ParseFlag("--web.telemetry-path", *line.telemetry_path,
                                   ParseTelemetryPath);
  }
  if (line.web_config_file) {
    web.config_file =
        ParseFlag("--web.config.file", *line.web_config_file, ParseTextLine);
  }
  if (line.max_requests) {
    options.max_requests = static_cast<int>(ParseFlag(
        "--web.max-requests", *line.max_requests, [](const std::string& value) {
          return ParseInteger(value, kMaxRequestsRange);
        }));
  }
}

}  // namespace ipband
