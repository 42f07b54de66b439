// SPDX-License-Identifier: Apache-2.0
//
// Which reports somebody asks for over HTTP. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/account/report.h"
#include "collectors/net/prefix.h"
#include "exporter/report_archive.h"
#include "exporter/web/query.h"

namespace ipband {

struct ReportFilter {
  std::string interface;         // empty: any
  std::optional<Prefix> subnet;  // none: any
  // By the time of the report, both ends inclusive.
  int64_t since = std::numeric_limits<int64_t>::min();
  int64_t until = std::numeric_limits<int64_t>::max();
  size_t limit = 100;

  bool Matches(const Report& report) const;
};

// From interface, subnet, since, until and limit; throws BadQuery, also for
// other parameters.
ReportFilter ParseReportFilter(const Query& query);

// Unix seconds or RFC 3339, of which a fraction is dropped.
std::optional<int64_t> ParseTime(std::string_view text);

}  // namespace ipband
