// SPDX-License-Identifier: Apache-2.0
//
// The pages on the traffic of the moment. Handlers run on the web server's
// threads. Hosts and connections are shown to those only who may see details.
#pragma once

#include "collectors/account/snapshot_exchange.h"
#include "exporter/exposition.h"
#include "exporter/options.h"
#include "exporter/web/router.h"

namespace ipband {

// Adds "/" and "/subnets/PREFIX". What it is given must outlive the router.
void AddPageRoutes(const Options& options, const Exposition& exposition,
                   SnapshotExchange& snapshots, Router& router);

}  // namespace ipband
