// SPDX-License-Identifier: Apache-2.0
//
// Many pages of metrics, one after the other in time, as one file in the
// OpenMetrics text format. The format wants each family in one piece, and
// therein each series, so until all pages are there each family waits in a file
// of its own that has no name; memory holds one page, then what is sorted at a
// time. One thread; everything throws Error.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/control/temp_file.h"

namespace ipband {

class OpenMetricsPages {
 public:
  // `folder`: has room for twice as much as will be written. `labels`:
  // put in front of those of each sample, as made by Label.
  OpenMetricsPages(std::filesystem::path folder, std::string labels);

  // A page in the Prometheus text format (0.0.4) without timestamps and of
  // counters and gauges alone. `at`: seconds since the epoch.
  void Add(std::string_view page, int64_t at);

  bool empty() const { return families_.empty(); }

  // To be called once, at the end.
  void WriteTo(std::FILE* out, const std::string& name);

 private:
  struct Family {
    std::string name;  // of its samples
    std::string head;
    TempFile samples;  // lines without what they all begin with
  };

  void Begin(std::string_view type_line, std::string_view help);
  void Sample(std::string_view line, std::string_view at);

  const std::filesystem::path folder_;
  const std::string labels_;
  std::vector<Family> families_;  // in the order of pages
  Family* current_ = nullptr;     // of the page that is added
  std::string line_;
};

}  // namespace ipband
