// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/ipband_lines.h"

#include <algorithm>

namespace ipband {
namespace {

// ipband: between keyword and value stands any run of these.
constexpr std::string_view kSeparators = " \t\r\n=";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSeparators);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSeparators) + 1 - begin);
}

}  // namespace

std::vector<IpbandLine> SplitIpbandLines(std::string_view text) {
  std::vector<IpbandLine> lines;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;

    const size_t keyword_end = line.find_first_of(kSeparators);
    IpbandLine result{number, line.substr(0, keyword_end), {}};
    if (keyword_end != std::string_view::npos) {
      result.value =
          line.substr(line.find_first_not_of(kSeparators, keyword_end));
    }
    lines.push_back(result);
  }
  return lines;
}

std::string_view LeadingNumber(std::string_view text,
                               std::string_view characters) {
  const size_t sign = text.starts_with('-') ? 1 : 0;
  const size_t end = text.find_first_not_of(characters, sign);
  const std::string_view digits = text.substr(sign);
  const bool is_hexadecimal =
      digits.starts_with("0x") || digits.starts_with("0X");
  if (end == std::string_view::npos || end == sign || is_hexadecimal) {
    return text;
  }
  return text.substr(0, end);
}

// ipband: a comment had to have a line of its own. Now it may also follow a
// value, after a blank.
std::string_view WithoutComment(std::string_view value) {
  for (size_t i = 0; i < value.size(); ++i) {
    const bool begins = i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t';
    if (value[i] == '#' && begins) return Trim(value.substr(0, i));
  }
  return value;
}

}  // namespace ipband
