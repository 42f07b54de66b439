// SPDX-License-Identifier: Apache-2.0
//
// What the reporter is to do, by the configuration. Pure functions.
#pragma once

#include <string>

#include "exporter/options.h"
#include "exporter/reporter.h"

namespace ipband {

// `storage`: the directory of what outlives the program; empty: none.
ReporterOptions ReporterOptionsFor(const Options& options,
                                   const std::string& storage);

}  // namespace ipband
