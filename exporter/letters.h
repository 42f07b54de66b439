// SPDX-License-Identifier: Apache-2.0
//
// ipband's letters, as far as they set something in the configuration; -c, -C,
// -d, -f and -F are about more than that and stand in options.cc. Any thread.
#pragma once

#include <map>
#include <string>

#include "exporter/config/config.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// Overwrites in `config` what the letters set, and notes which letter it was.
// Throws Error (usage).
void ApplyLetters(const std::map<char, std::string>& letters, Config& config,
                  Origins& origins);

}  // namespace ipband
