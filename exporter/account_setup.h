// SPDX-License-Identifier: Apache-2.0
//
// What the accounting thread is to count, by the configuration. Pure.
#pragma once

#include <vector>

#include "collectors/accounting_rules.h"
#include "exporter/config/config.h"

namespace ipband {

inline AccountingRules RulesOf(const Config& config) {
  return {config.accounting, config.thresholds};
}

inline std::vector<MeterOptions> TablesOf(const Config& config) {
  std::vector<MeterOptions> tables;
  for (const MeterConfig& meter : config.meters) tables.push_back(meter.meter);
  return tables;
}

}  // namespace ipband
