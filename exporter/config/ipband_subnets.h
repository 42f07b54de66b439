// SPDX-License-Identifier: Apache-2.0
//
// The `subnet` lines of an ipband.conf. They are read in two steps: a network
// needs the mask bits, which may stand further down or on the command line.
// Used while a file is being loaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/accounting_options.h"

namespace ipband {

// With a unit, as everywhere now; or, as in ipband, the number that the text
// begins with. `read`: what was read of it.
struct IpbandBandwidth {
  std::optional<double> bytes_per_second;
  std::string_view read;
};
IpbandBandwidth ParseIpbandBandwidth(std::string_view text);

struct IpbandSubnet {
  Address address;
  std::optional<int> bits;  // of the line itself, which ipband did not know
  std::optional<double> threshold_bytes_per_second;
  int line = 0;
  std::string_view bandwidth;  // as written, and what was read of it
  std::string_view bandwidth_read;
};

// "10.1.2.0 bandwidth 7.0". Throws BadValue. The result has views into `value`.
IpbandSubnet ParseIpbandSubnet(std::string_view value, int line);

// Names the subnets in `accounting`, with its mask bits where a line has none.
// Returns warnings; throws Error where subnets overlap.
std::vector<std::string> NameSubnets(const std::string& file,
                                     const std::vector<IpbandSubnet>& lines,
                                     AccountingOptions& accounting);

}  // namespace ipband
