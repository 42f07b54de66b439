// SPDX-License-Identifier: Apache-2.0
#include "exporter/web_flags.h"

#include <string>
#include <string_view>

#include "exporter/config/limits.h"
#include "exporter/config/listen_address.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/flag_values.h"

namespace ipband {
namespace {

constexpr char kTelemetryPath[] = "web.telemetry_path";

// MakeRouter has a page for it, or would take it for the name of one.
bool IsTaken(std::string_view path) {
  return path == "/reports" || path.starts_with("/reports/") ||
         path.starts_with("/subnets/") || path.starts_with("/api/v1/");
}

std::string FreePath(const std::string& text) {
  if (!IsTaken(text)) return text;
  throw BadValue(Quote(text) +
                 " is no path for the metrics; allowed: a path like /metrics "
                 "outside of /-/, /api/v1/, /reports and /subnets/");
}

}  // namespace

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
                                   [](const std::string& text) {
                                     return FreePath(ParseTelemetryPath(text));
                                   });
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

void CheckTelemetryPath(const WebOptions& web, const Origins& origins) {
  const auto origin = origins.find(kTelemetryPath);
  if (origin == origins.end()) return;
  try {
    FreePath(web.telemetry_path);
  } catch (const BadValue& error) {
    throw FileError(origin->second,
                    std::string(kTelemetryPath) + ": " + error.what());
  }
}

}  // namespace ipband
