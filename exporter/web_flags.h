// SPDX-License-Identifier: Apache-2.0
//
// The flags that begin with --web. They override what a file says. Any thread.
#pragma once

#include "exporter/command_line.h"
#include "exporter/options.h"

namespace ipband {

// Throws Error (usage).
void ApplyWebFlags(const CommandLine& line, Options& options);

}  // namespace ipband
