// SPDX-License-Identifier: Apache-2.0
//
// The flags that begin with --web. They override what a file says. Any thread.
#pragma once

#include "exporter/command_line.h"
#include "exporter/config/yaml_value.h"
#include "exporter/options.h"

namespace ipband {

// Throws Error (usage).
void ApplyWebFlags(const CommandLine& line, Options& options);

// The metrics take the place of no page but the landing page. For what a file
// says; the flag is asked by itself. Throws Error (usage).
void CheckTelemetryPath(const WebOptions& web, const Origins& origins);

}  // namespace ipband
