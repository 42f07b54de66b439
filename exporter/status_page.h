// SPDX-License-Identifier: Apache-2.0
//
// What ipband's status page shows, taken from a snapshot. Any thread.
#pragma once

#include <cstdint>

#include "collectors/account/snapshot.h"
#include "exporter/config/config.h"
#include "exporter/report/subnet_page.h"

namespace ipband {

// `end`: of the averaging period that the bandwidths are of.
StatusPage StatusPageOf(const Snapshot& snapshot, int64_t end,
                        const Config& config);

}  // namespace ipband
