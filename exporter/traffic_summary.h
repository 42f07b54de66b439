// SPDX-License-Identifier: Apache-2.0
//
// What a replay says at its end of each subnet: how much it was at most and on
// the average, how long it was at or over its threshold, how many reports fell
// due. Bandwidths are those that are judged, of whole averaging periods; the
// period that is open at the end is in none of it. Owned by the accounting
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "collectors/account/intake.h"
#include "exporter/options.h"

namespace ipband {

class TrafficSummary {
 public:
  // The listener, with this one listening as well.
  Intake::Listener Beside(const Intake::Listener& listener);

  // A table: subnets with reports first, then those that were over for the
  // longest time, then by peak. A sentence if no capture was long enough for
  // it, nothing if none has a frame.
  std::string Text(const AccountingOptions& options) const;

  // To standard error, where standard output has the metrics; nothing where
  // the log is for machines (JSON) or for warnings alone.
  void PrintBesideLog(const Options& options) const;

  uint64_t reports() const { return reports_; }

 private:
  struct Row {
    uint32_t named = SubnetRow::kDiscovered;
    double threshold = 0;
    bool has_threshold = false;
    double peak = 0;      // bytes per second
    int64_t peak_at = 0;  // end of the period, seconds since the epoch
    double bytes = 0;
    uint64_t seconds_over = 0;
    uint64_t reports = 0;
  };
  struct Capture {
    int64_t begin = INT64_MAX;  // seconds since the epoch
    int64_t end = 0;
    std::map<Prefix, Row> rows;
  };
  struct Span {
    int64_t first;  // seconds since the epoch
    int64_t last;
  };

  void SecondBegins(CaptureId id, int64_t second);
  void Measured(const std::string& interface, const SubnetRow& subnet,
                const PeriodEnd& period);
  void ReportDue(const std::string& interface, const SubnetRow& subnet);
  std::string TooShort(const AccountingOptions& options) const;

  std::map<std::string, Capture> captures_;  // by interface
  std::map<CaptureId, Span> spans_;          // of all frames
  size_t rows_ = 0;
  uint64_t reports_ = 0;
  bool full_ = false;  // subnets are missing
};

}  // namespace ipband
