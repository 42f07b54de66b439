// SPDX-License-Identifier: Apache-2.0
//
// The pages about reports, made from plain values: no page knows where its
// numbers come from. Links are relative, so that the pages work behind a proxy
// that serves them below a path of its own. Safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/web/cells.h"

namespace ipband {

// All times are seconds since the epoch, bandwidths bytes per second.
struct ReportListPage {
  struct Row {
    std::string id;
    int64_t at = 0;
    std::string interface;
    std::string subnet;
    std::string name;  // empty, or the prefix again: not shown twice
    double bandwidth = 0;
    double threshold = 0;
    uint64_t exceeded_seconds = 0;
    std::string top_talker;  // an address; empty: unknown
    uint64_t top_talker_bytes = 0;
  };

  std::string program;
  // One sentence for a reader who may not see details: how to open them. The
  // page then shows of a report only what the metrics show. Empty: shows all.
  std::string refusal;
  // The filter that chose the reports; empty: any.
  std::string interface;
  std::string subnet;
  std::vector<Row> reports;  // as shown, newest first
  // For the sentence that says when a report is written.
  bool judged = true;  // some subnet has a threshold
  uint64_t averaging_period_seconds = 0;
  uint64_t report_period_seconds = 0;
};

// The page at "/reports".
std::string RenderReportList(const ReportListPage& page);

struct ReportPage {
  // What a phone still scrolls through; the text and the JSON have all.
  static constexpr size_t kMostConnections = 1000;

  std::string program;
  std::string interface;
  std::string subnet;
  std::string name;  // empty, or the prefix again: not shown twice
  int64_t at = 0;
  int64_t since = 0;
  int64_t detail_since = 0;
  double bandwidth = 0;
  double threshold = 0;
  uint64_t exceeded_seconds = 0;
  uint64_t accumulated_seconds = 0;
  int64_t accumulated_since = 0;
  uint64_t dropped_packets = 0;
  std::vector<ConnectionOnPage> connections;  // in the order shown
  // Those beyond the first thousand: a page of all of them would be too much
  // to scroll and, for many readers at once, too much memory.
  uint64_t further_connections = 0;
  uint64_t further_bytes = 0;
  // Connections the report leaves out.
  uint64_t omitted_connections = 0;
  uint64_t omitted_bytes = 0;
  // What found no room among the connections.
  uint64_t others_bytes = 0;
  uint64_t others_packets = 0;
};

// The page at "/reports/ID".
std::string RenderReport(const ReportPage& page);

// The page for a report that is not kept (any more).
std::string RenderNoReport(const std::string& program);

}  // namespace ipband
