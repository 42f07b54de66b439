// SPDX-License-Identifier: Apache-2.0
//
// The words of error messages: what the user wrote, safe to print on one line,
// and what he may have meant. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ipband {

// ASCII letters only, whatever the locale.
std::string LowerCase(std::string_view text);

// The text in double quotes, on one line: quotes, backslashes and control
// characters are escaped, the end of a very long text is left out.
std::string Quote(std::string_view text);

// "a, b, c"
std::string Join(const std::vector<std::string_view>& words);

// "allowed: a, b, c", led by "did you mean b? " if the word is nearly b.
std::string AllowedWords(std::string_view word,
                         const std::vector<std::string_view>& allowed);

}  // namespace ipband
