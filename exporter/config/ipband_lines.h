// SPDX-License-Identifier: Apache-2.0
//
// ipband.conf cut into keywords and values, without knowing what they mean.
// Used while a file is being loaded.
#pragma once

#include <string_view>
#include <vector>

namespace ipband {

struct IpbandLine {
  int number = 0;
  std::string_view keyword;  // as written
  std::string_view value;    // empty if there is none
};

// The lines that say something. Views into `text`.
std::vector<IpbandLine> SplitIpbandLines(std::string_view text);

}  // namespace ipband
