// SPDX-License-Identifier: Apache-2.0
//
// What the web server answers. Handlers run on its threads; they see traffic
// only through snapshots.
#pragma once

#include <functional>
#include <string>

#include "collectors/account/snapshot_exchange.h"
#include "exporter/exposition.h"
#include "exporter/options.h"
#include "exporter/report_archive.h"
#include "exporter/web/router.h"

namespace ipband {

// Reads the configuration again, by whatever thread, and waits until that is
// done; the error, empty if all is well.
using ReloadAsked = std::function<std::string()>;

// What it is given must outlive the router. `counts` is asked by any thread.
Router MakeRouter(const Options& options, const Exposition& exposition,
                  SnapshotExchange& snapshots,
                  const std::function<OutputCounts()>& counts,
                  const ReportArchive& archive, const ReloadAsked& reload);

}  // namespace ipband
