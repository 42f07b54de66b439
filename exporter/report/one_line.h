// SPDX-License-Identifier: Apache-2.0
//
// Names come from configurations, name servers and files, and end up in lines
// that scripts take apart and in mail headers. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace ipband {

// Not empty, UTF-8, without blanks and control characters: fit for a column.
bool IsOneWord(std::string_view text);

// The text with a question mark for each control character and \xNN for each
// byte that is not UTF-8.
std::string OneLine(std::string_view text);

}  // namespace ipband
