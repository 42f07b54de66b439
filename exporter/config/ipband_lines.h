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
  // Empty if there is none; a comment behind it is still part of it.
  std::string_view value;
};

// The lines that say something. Views into `text`.
std::vector<IpbandLine> SplitIpbandLines(std::string_view text);

// The value without a comment behind it: for values that cannot hold a #.
std::string_view WithoutComment(std::string_view value);

// The number that the text begins with, made of these characters behind a
// minus; the whole text if it begins with none or with a hexadecimal one.
std::string_view LeadingNumber(std::string_view text,
                               std::string_view characters);

}  // namespace ipband
