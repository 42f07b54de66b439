// SPDX-License-Identifier: Apache-2.0
//
// What became of the reports, as metrics. Any thread.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "exporter/reporter.h"

namespace ipband {

std::vector<prometheus::MetricFamily> DeliveryMetrics(
    const ReporterCounts& counts);

}  // namespace ipband
