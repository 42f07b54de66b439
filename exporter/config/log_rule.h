// SPDX-License-Identifier: Apache-2.0
//
// ipfm's LOG rules as text, the same in an ipfm.conf and in YAML:
// LOG [NONE|FROM|TO|BOTH] [HOST] [[NOT] WITH [HOST]], where HOST is an address
// alone, with mask bits or with a mask, and IPv6 goes as well. Pure functions;
// mistakes are IpfmMistakes. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/meter_options.h"
#include "exporter/config/ipfm_lines.h"

namespace ipband {

// An address ipfm read otherwise: it took octets with a leading 0 for octal.
struct OctalLook {
  IpfmWord word;
  std::string decimal;  // as it is read now
};

// The rest of a statement behind LOG.
LogRule ReadLogRule(IpfmReader& reader, std::vector<OctalLook>& octal);

// One whole statement. What looks octal is refused. Throws BadValue.
LogRule ParseLogRule(std::string_view text);

// "LOG BOTH 10.1.0.0/16 NOT WITH 10.0.0.0/8"
std::string ToString(const LogRule& rule);

}  // namespace ipband
