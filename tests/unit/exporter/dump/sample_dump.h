// SPDX-License-Identifier: Apache-2.0
//
// The hosts of a real dump of ipfm's, and what tests of dumps ask of them.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/dump/dump_page.h"

namespace ipband {

inline constexpr int64_t kSampleEnd = 1795305600;  // 2026-11-22T00:00:00Z

inline DumpRow RowOf(std::string_view address, uint64_t in, uint64_t out) {
  return {ParseAddress(address).value(), in, out};
}

inline DumpPart PartOf(std::vector<DumpRow> rows, NotShown not_shown = {}) {
  return {std::make_shared<const std::vector<DumpRow>>(std::move(rows)),
          not_shown};
}

inline std::vector<DumpRow> SampleRows() {
  return {RowOf("1.2.3.4", 0, 0),     RowOf("9.255.255.1", 0, 10),
          RowOf("10.0.0.1", 50, 300), RowOf("10.0.0.2", 40, 500),
          RowOf("10.0.0.3", 60, 300), RowOf("10.0.0.4", 60, 0),
          RowOf("10.1.0.4", 0, 300),  RowOf("99.0.0.9", 1420, 210),
          RowOf("192.168.5.1", 0, 10)};
}

inline DumpPage PageOf(DumpTable table) {
  DumpPage page;
  page.dump.meter = "campus";
  page.dump.interfaces = {"v0"};
  page.dump.at = kSampleEnd;
  page.dump.since = kSampleEnd - 86400;
  page.table = std::move(table);
  page.every = std::chrono::hours(24);
  page.local_time = false;
  return page;
}

inline DumpPage SamplePage(DumpSort sort) {
  return PageOf(MakeDumpTable({PartOf(SampleRows())}, 1000, sort));
}

}  // namespace ipband
