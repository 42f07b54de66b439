// SPDX-License-Identifier: Apache-2.0
//
// The name of a report, the same in its file name, JSON, mail and address on
// the web. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ipband {

struct Report;

// Short enough for a file name with a suffix.
inline constexpr size_t kMaxReportId = 200;

// "20261121T202915Z-eth0-10.1.1.0_24": the time of the report in UTC, the
// interface, the subnet. Safe as a file name: begins with a digit; letters,
// digits and . _ - @ + only.
std::string ReportId(const Report& report);

// Whether the text, which may come from anybody, looks like a report's id.
bool IsReportId(std::string_view text);

// The same for all reports of one watch: as the id, with the time at which
// the watch began.
std::string EpisodeOf(const Report& report);

}  // namespace ipband
