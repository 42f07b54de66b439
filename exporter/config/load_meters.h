// SPDX-License-Identifier: Apache-2.0
//
// The section `meters` of the native configuration, and what meters have in
// common wherever they are written down. Used while files are being loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// Adds the section's meters. Throws Error.
void ReadMeters(const YamlValue& section, std::vector<MeterConfig>& meters);

// Where a meter is written down, "FILE:LINE:COL" or "FILE:LINE".
struct MeterPlaces {
  std::string name;
  std::vector<std::string> rules;
};

// Adds a meter, and remembers where it was. Throws Error if there is one of
// this name already, or too many.
void AddMeter(MeterConfig meter, const MeterPlaces& places,
              std::vector<MeterConfig>& meters, Origins& origins);

// Meters whose dumps replace each other's, one sentence each.
std::vector<std::string> SharedFiles(const std::vector<MeterConfig>& meters,
                                     const Origins& origins);

// LOG FROM and LOG TO that a later one takes the effect of, one sentence each.
std::vector<std::string> HiddenRules(const std::vector<MeterConfig>& meters,
                                     const Origins& origins);

// `delay` is that of the clearing behind the dump. Sets the times at which
// dumps clear. ipfm: they must be times of dumps. Throws BadValue.
void SetClearGrid(std::chrono::seconds every, std::chrono::seconds delay,
                  MeterOptions& meter);

// The name of a file to be written. Throws BadValue.
std::string ParseDumpFile(std::string_view text);

}  // namespace ipband
