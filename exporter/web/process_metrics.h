// SPDX-License-Identifier: Apache-2.0
//
// What this process costs: the process_* families that every exporter shows
// under the same names. Read from /proc at each call; safe from any thread. A
// family whose source cannot be read is left out rather than shown as 0.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ipband {

std::vector<prometheus::MetricFamily> ProcessMetrics();

// The fields of /proc/self/stat that are used.
struct ProcessStat {
  uint64_t cpu_ticks = 0;    // user and system
  uint64_t start_ticks = 0;  // since the machine was started
  uint64_t virtual_bytes = 0;
  uint64_t resident_pages = 0;
};
std::optional<ProcessStat> ParseProcessStat(std::string_view text);

// When the machine was started, in seconds since 1970, from /proc/stat.
std::optional<uint64_t> ParseBootTime(std::string_view text);

}  // namespace ipband
