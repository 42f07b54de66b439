// SPDX-License-Identifier: Apache-2.0
//
// The reports of late, for those who ask over HTTP. Bounded by number and by
// memory: the oldest go. Safe from any thread; what was handed out stays valid
// after it has gone from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/account/report.h"
#include "exporter/report/report_json.h"

namespace ipband {

struct ArchivedReport {
  std::string id;  // "20261121T202915Z-eth0-10.1.1.0_24"
  Report report;
  std::string text;  // ipband's layout
  std::string json;  // one line, with its newline
  // Of the report's connections, one each; empty: not looked up.
  std::vector<StoredReport::Names> names;
};

class ReportArchive {
 public:
  using Entry = std::shared_ptr<const ArchivedReport>;

  static constexpr size_t kMaxReports = 1000;
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  // Takes the place of one with the same id. May come in any order of time.
  void Add(Entry entry);
  // Those of a time before `oldest`.
  void RemoveBefore(int64_t oldest);

  // Newest first.
  std::vector<Entry> List() const;
  // Null if it is not here.
  Entry Find(std::string_view id) const;

 private:
  // REQUIRES mutex_
  void Remove(const std::deque<Entry>::iterator& entry);

  mutable std::mutex mutex_;
  std::deque<Entry> newest_first_;
  size_t bytes_ = 0;
};

}  // namespace ipband
