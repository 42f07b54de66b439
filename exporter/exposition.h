// SPDX-License-Identifier: Apache-2.0
//
// One page of metrics from one snapshot. Runs on the thread of the scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
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

  // Main: the configuration was read again, from these files.
  void Reloaded(const std::string& text, double now);
  void ReloadFailed() { reloaded_ = false; }

  // What the configuration or the networks file calls it; empty: nothing.
  std::string GivenName(const SubnetRow& subnet) const;
  // The same, or the prefix.
  std::string NameOf(const SubnetRow& subnet) const;

 private:
  std::vector<prometheus::MetricFamily> ConfigMetrics() const;

  const Options options_;
  std::atomic<double> loaded_;
  std::atomic<uint64_t> config_hash_;
  std::atomic<bool> reloaded_ = true;  // the last time there was no error
  const std::map<Address, std::string> network_names_;
};

}  // namespace ipband
