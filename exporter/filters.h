// SPDX-License-Identifier: Apache-2.0
//
// The configuration does not know what a filter may be; libpcap does. Any
// thread.
#pragma once

#include "exporter/options.h"

namespace ipband {

// Throws Error (usage) at the first filter that is not valid.
void CheckFilters(const Options& options);

}  // namespace ipband
