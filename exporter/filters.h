// SPDX-License-Identifier: Apache-2.0
//
// The configuration does not know what a filter may be; libpcap does. Any
// thread.
#pragma once

#include "exporter/options.h"

namespace ipband {

// Throws Error (usage) at the first filter that is valid on no link type, with
// its place. What is not valid on that of an interface is seen when that is
// opened. Each text is looked at once: names of hosts in it are looked up.
void CheckFilters(const Options& options);

}  // namespace ipband
