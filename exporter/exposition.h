// SPDX-License-Identifier: Apache-2.0
//
// One page of metrics from one snapshot. Runs on the thread of the scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "collectors/account/snapshot.h"
#include "collectors/metrics/meter_metrics.h"
#include "collectors/metrics/text_writer.h"
#include "exporter/dumper.h"
#include "exporter/options.h"
#include "exporter/reporter.h"

namespace ipband {

// What became of reports and dumps.
struct OutputCounts {
  ReporterCounts reports;
  std::vector<MeterDumpCounts> dumps;
};
OutputCounts CountsOf(const Reporter& reporter, const Dumper& dumper);

class Exposition {
 public:
  // `loaded`: when the configuration was read, in seconds since the epoch; 0
  // leaves out what depends on the time of the run.
  Exposition(const Options& options, double loaded);

  // `elapsed` is asked at the end how long the scrape has taken, in seconds;
  // empty leaves that out.
  void Write(const Snapshot& snapshot, const OutputCounts& outputs,
             const std::function<double()>& elapsed, TextWriter& out) const;
  // Throws Error.
  void WriteToStandardOutput(const Snapshot& snapshot,
                             const OutputCounts& outputs) const;

  // Main: the configuration was read again.
  void Reloaded(const Options& options, double now);
  void ReloadFailed();

  // What the rules that the row was counted by or the networks file call it;
  // empty: nothing.
  std::string GivenName(const AccountingRules& rules,
                        const SubnetRow& subnet) const;
  // The same, or the prefix.
  std::string NameOf(const AccountingRules& rules,
                     const SubnetRow& subnet) const;

 private:
  // Of the configuration in force.
  struct Loaded {
    double at = 0;  // seconds since the epoch; 0 is not told
    uint64_t hash = 0;
    std::string external_url;
    bool successful = true;  // the last time it was to be read
  };

  std::vector<prometheus::MetricFamily> ConfigMetrics() const;

  mutable std::mutex mutex_;
  Loaded loaded_;  // guarded by mutex_
  const bool tells_of_process_;
  const std::map<Address, std::string> network_names_;
};

}  // namespace ipband
