// SPDX-License-Identifier: Apache-2.0
//
// The families of a few series: captures, tables, periods. Made afresh from a
// snapshot for each scrape, on the thread of the scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "collectors/account/snapshot.h"

namespace ipband {

std::vector<prometheus::MetricFamily> CaptureMetrics(const Snapshot& snapshot);

// Tables against their limits, averaging periods and what the numbers mean.
std::vector<prometheus::MetricFamily> AccountingMetrics(
    const Snapshot& snapshot, const AccountingOptions& options,
    const ThresholdOptions& thresholds);

}  // namespace ipband
