// SPDX-License-Identifier: Apache-2.0
//
// The reports that earlier runs left in the reports' directory, for those who
// ask over HTTP. Files come from a disk that others write to as well: what is
// not a report is passed over. Called once, by the reporter's thread.
#pragma once

#include <string>

#include "exporter/report_archive.h"

namespace ipband {

// The newest ones, as many as the archive takes.
void LoadReports(const std::string& directory, ReportArchive& archive);

}  // namespace ipband
