// SPDX-License-Identifier: Apache-2.0
//
// The section `meters` as ReadMeters reads it. Any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/yaml_text.h"

namespace ipband {

// Also of the subnets' and hosts' accounting.
std::string YamlLength(LengthKind length);

// REQUIRES: every meter has a name and rules. Throws BadValue for a text that
// is not UTF-8.
void WriteMeters(const std::vector<MeterConfig>& meters, YamlText& out);

}  // namespace ipband
