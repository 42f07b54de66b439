// SPDX-License-Identifier: Apache-2.0
//
// ipfm's own configuration file, ipfm.conf: the language of ipfm 0.11.5, read a
// little more widely than ipfm did (line ends, names of interfaces, units in
// capitals, IPv6). Used at start and at reload, by one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/load_meters.h"
#include "exporter/config/text_file.h"

namespace ipband {

struct IpfmConfig {
  std::string file;

  // One for each section that has LOG lines, named ipfm1, ipfm2, ... by their
  // number in the file. A section without any has its number all the same; only
  // an empty one before the first NEWLOG does not count.
  std::vector<MeterConfig> meters;
  std::vector<MeterPlaces> places;  // of the meters, "FILE:LINE"

  std::optional<std::string> device;
  std::string device_place;
  std::optional<bool> promiscuous;
  std::string promiscuous_place;

  std::vector<std::string> warnings;  // "FILE:LINE: ..."
};

// Compatibility mode's defaults with no file but an ipfm.conf: all is local,
// and there are no thresholds and no reports.
Config IpfmDefaults();

// Throws Error ("FILE:LINE:COL: what is wrong; what is allowed").
IpfmConfig LoadIpfm(const TextFile& file);

// True if the first word that is not in a comment begins a line of an
// ipfm.conf and none of an ipband.conf.
bool LooksLikeIpfm(std::string_view text);

}  // namespace ipband
