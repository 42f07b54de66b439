// SPDX-License-Identifier: Apache-2.0
//
// The subnets of a snapshot as pages show them. Runs on the thread of the
// request.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/account/snapshot.h"
#include "exporter/exposition.h"
#include "exporter/web/pages.h"

namespace ipband {

// `now`: the wall clock in seconds, for what is still to come. Without hosts.
// REQUIRES: the snapshot has kHistory.
SubnetOnPage SubnetViewOf(const Snapshot& snapshot, size_t subnet,
                          const Exposition& exposition, int64_t now);

// The busiest of late first. REQUIRES: the snapshot has kHosts.
bool IsBusier(const HostSnapshot& a, const HostSnapshot& b);

// For each subnet of the snapshot its busiest host of late, nullptr if it has
// none.
std::vector<const HostSnapshot*> TopHosts(const Snapshot& snapshot);

}  // namespace ipband
