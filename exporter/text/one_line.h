// SPDX-License-Identifier: Apache-2.0
//
// Names come from configurations, name servers and files, and end up in lines
// that scripts take apart and in mail headers. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace ipband {

// One of ASCII: all below the blank, and DEL.
constexpr bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Not empty, UTF-8, without blanks and control characters: fit for a column.
bool IsOneWord(std::string_view text);

// The text with a question mark for each control character and \xNN for each
// byte that is not UTF-8.
std::string OneLine(std::string_view text);

}  // namespace ipband
