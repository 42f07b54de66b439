// SPDX-License-Identifier: Apache-2.0
//
// ipband's own configuration file, ipband.conf. Used at start and at reload,
// by one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/ipband_subnets.h"
#include "exporter/config/text_file.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

// What an ipband.conf says beside the configuration.
struct IpbandExtras {
  int debug = 0;
  bool fork = false;
  std::string filter;        // of whatever interface is captured
  std::string filter_place;  // "FILE:LINE"
  std::vector<IpbandSubnet> subnets;
  std::vector<std::string> warnings;  // "FILE:LINE: ..."
};

// Compatibility mode's defaults: all is local, 7 KiB/s, 60 s, 300 s, every
// report with all connections to ipband.txt and, once there is an address, to
// sendmail.
Config IpbandDefaults();

// Overwrites in `config` what the file sets, except for its subnets, and notes
// where it was set. Throws Error ("FILE:LINE: what is wrong; what is allowed").
IpbandExtras LoadIpband(const TextFile& file, Config& config, Origins& origins);

// ipband's mask bits, for both families: IPv6 is 0 for 0, 128 for 32, else 64.
void SetMaskBits(int bits, AccountingOptions& accounting);

}  // namespace ipband
