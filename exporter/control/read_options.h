// SPDX-License-Identifier: Apache-2.0
//
// A configuration file through the exporter's own eyes: what it would do if it
// were started with this file and nothing else. Any thread.
#pragma once

#include <string>

#include "exporter/options.h"

namespace ipband {

// As messages call it: "-" is /dev/stdin, and nothing looks like a flag.
std::string FileNameOf(const std::string& file);

// YAML, ipband.conf or ipfm.conf, told apart by content; "-" is standard input.
// Throws Error.
Options ReadOptionsOf(const std::string& file, const SystemPlaces& places = {});
// An ipfm.conf, whatever it looks like; or a YAML with the section `meters`.
Options ReadMetersOf(const std::string& file, const SystemPlaces& places = {});

}  // namespace ipband
