// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl convert`: the configuration of an old tool as native YAML, with
// which the exporter does what it does with the original. What has no key
// becomes a comment. Changes no file.
#pragma once

#include <string>

#include "exporter/options.h"

namespace ipband {

struct ConvertOptions {
  std::string from;  // "ipband" or "ipfm"
  std::string file;  // "-" is standard input
};

// The YAML. Throws Error.
std::string Convert(const ConvertOptions& options,
                    const SystemPlaces& places = {});

// Prints it. Returns the exit code; throws Error.
int RunConvert(const ConvertOptions& options);

}  // namespace ipband
