// SPDX-License-Identifier: Apache-2.0
//
// The section `reports` of the native configuration. Used while a file is
// being loaded.
#pragma once

#include "exporter/config/config.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// Overwrites in `reports` what the section sets. Throws Error.
void ReadReports(const YamlValue& section, ReportOptions& reports);

}  // namespace ipband
