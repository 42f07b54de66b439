// SPDX-License-Identifier: Apache-2.0
//
// Which connections a report shows, and in which order. Pure function.
#pragma once

#include <cstdint>

#include "collectors/account/report.h"

namespace ipband {

// Connections by falling bytes, cut to the first `top` (0: all); what is cut
// off is added to omitted_connections and omitted_bytes.
void SortAndCut(Report& report, uint32_t top);

}  // namespace ipband
