// SPDX-License-Identifier: Apache-2.0
//
// What no single value can tell: whether the values agree. Called once, after
// the file and the command line are put together. Any thread.
#pragma once

#include "exporter/config/config.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// Throws Error, at the place where the value was set if that is known.
void Validate(const Config& config, const Origins& origins);

}  // namespace ipband
