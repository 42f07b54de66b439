// SPDX-License-Identifier: Apache-2.0
//
// One page of metrics from one snapshot. Runs on the thread of the scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "collectors/account/snapshot.h"
#include "collectors/metrics/text_writer.h"
#include "exporter/options.h"
#include "exporter/reporter.h"

namespace ipband {

// Constant while the program runs.
class Exposition {
 public:
  // `loaded`: when the configuration was read, in seconds since the epoch; 0
  // leaves out what depends on the time of the run.
  Exposition(const Options& options, double loaded);

  // `elapsed` is asked at the end how long the scrape has taken, in seconds;
  // empty leaves that out.
  void Write(const Snapshot& snapshot, const ReporterCounts& reporter,
             const std::function<double()>& elapsed, TextWriter& out) const;

  // What the configuration or the networks file calls it; empty: nothing.
  std::string GivenName(const SubnetRow& subnet) const;
  // The same, or the prefix.
  std::string NameOf(const SubnetRow& subnet) const;

 private:
  std::vector<prometheus::MetricFamily> ConfigMetrics() const;

  const Options options_;
  const double loaded_;
  const uint64_t config_hash_;
  const std::map<Address, std::string> network_names_;
};

}  // namespace ipband
