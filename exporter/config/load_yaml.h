// SPDX-License-Identifier: Apache-2.0
//
// The native configuration: one YAML file. This is the shape (keys, types and
// the range of every single value); validate.h has what several values mean
// together. Used at start and at reload, by one thread at a time.
#pragma once

#include "exporter/config/config.h"
#include "exporter/config/text_file.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// Overwrites in `config` what the file sets, and notes where it was set.
// Throws Error ("FILE:LINE:COL: what is wrong; what is allowed").
void LoadYaml(const TextFile& file, Config& config, Origins& origins);

// Where the origins have the filter of this interface, if it has one.
std::string FilterOrigin(const std::string& interface);

// The same of a file that has the section `meters` only.
void LoadYamlMeters(const TextFile& file, Config& config, Origins& origins);

// True if the first line that is neither blank nor a comment begins a YAML
// file; an ipband.conf has no such line.
bool LooksLikeYaml(std::string_view text);

}  // namespace ipband
