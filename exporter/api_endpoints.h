// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the moment as JSON, which is what `ipbandctl top` reads:
// subnets, hosts and meters. Handlers run on the web server's threads. Hosts
// are shown to those only who may see details.
#pragma once

#include "collectors/account/snapshot_exchange.h"
#include "exporter/exposition.h"
#include "exporter/options.h"
#include "exporter/web/router.h"

namespace ipband {

// Adds /api/v1/subnets, /api/v1/top and /api/v1/meters. What it is given must
// outlive the router.
void AddApiRoutes(const Options& options, const Exposition& exposition,
                  SnapshotExchange& snapshots, Router& router);

}  // namespace ipband
