// SPDX-License-Identifier: Apache-2.0
//
// A report as one line of JSON, and back. All times are RFC 3339 strings in
// UTC, all counts are exact. Writing needs the names of services, so it is
// done by the thread that owns those; reading is a pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/account/report.h"
#include "exporter/report/host_names.h"
#include "exporter/report/service_names.h"

namespace ipband {

// One line with its newline.
std::string ReportJson(const Report& report, std::string_view id,
                       ServiceNames& services, const HostNameMap& host_names);

// As it was written, with the names of that time.
struct StoredReport {
  struct Names {
    std::string protocol;
    std::string service;  // empty: none
  };
  std::string id;
  Report report;
  std::vector<Names> names;  // of the report's connections, one each
  HostNameMap host_names;
};

// Larger files are not read.
inline constexpr size_t kMaxReportJson = size_t{64} << 20;

// Nothing if the text is not what ReportJson writes, whoever wrote it. Other
// keys are passed over, but for those with an array.
std::optional<StoredReport> ParseReportJson(std::string_view text);

}  // namespace ipband
