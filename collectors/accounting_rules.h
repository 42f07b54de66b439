// SPDX-License-Identifier: Apache-2.0
//
// How traffic is counted and judged, all of it.
#pragma once

#include "collectors/accounting_options.h"

namespace ipband {

struct AccountingRules {
  AccountingOptions accounting;
  ThresholdOptions thresholds;
};

}  // namespace ipband
