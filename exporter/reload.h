// SPDX-License-Identifier: Apache-2.0
//
// Reading the configuration again while the program runs, and what the log says
// of what was read. Main only.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "exporter/options.h"

namespace ipband {

// The files that were read and what is to be warned of. `how`: "read".
void LogRead(const Options& options, std::string_view how);

// The new options, or none if they are refused; the log says why. What else
// has changed than `running` can follow is logged as well: it takes a restart.
std::optional<Options> ReadAgain(const Options& running,
                                 const std::function<Options()>& read);

}  // namespace ipband
