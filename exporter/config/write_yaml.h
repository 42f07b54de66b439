// SPDX-License-Identifier: Apache-2.0
//
// The native configuration as LoadYaml reads it: a configuration that came from
// any file becomes the YAML that says the same. Only what differs from the
// native defaults is written, always in the same order. Any thread.
#pragma once

#include <string>

#include "exporter/config/config.h"
#include "exporter/config/yaml_text.h"

namespace ipband {

// With the comments at the keys they are about, whether or not those are
// written. Throws BadValue for a text that is not UTF-8.
std::string WriteYaml(const Config& config, const YamlComments& comments = {});

}  // namespace ipband
