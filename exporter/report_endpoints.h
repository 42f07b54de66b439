// SPDX-License-Identifier: Apache-2.0
//
// What the web server answers about reports: pages, their text and JSON.
// Handlers run on its threads. Whoever may not see details is told so.
#pragma once

#include "exporter/options.h"
#include "exporter/report_archive.h"
#include "exporter/web/router.h"

namespace ipband {

// Adds /reports, /reports/ID and /api/v1/reports. The options and the archive
// must outlive the router.
void AddReportRoutes(const Options& options, const ReportArchive& archive,
                     Router& router);

}  // namespace ipband
