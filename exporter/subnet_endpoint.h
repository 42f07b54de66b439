// SPDX-License-Identifier: Apache-2.0
//
// The page on one subnet: its hosts, and its connections while it is watched.
// Handlers run on the web server's threads. Who may not see details is shown
// what the metrics show.
#pragma once

#include "collectors/account/snapshot_exchange.h"
#include "exporter/exposition.h"
#include "exporter/options.h"
#include "exporter/web/router.h"

namespace ipband {

// Adds "/subnets/PREFIX". What it is given must outlive the router.
void AddSubnetRoute(const Options& options, const Exposition& exposition,
                    SnapshotExchange& snapshots, Router& router);

}  // namespace ipband
