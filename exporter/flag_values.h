// SPDX-License-Identifier: Apache-2.0
//
// The value behind a flag: what a parser of single values refuses becomes a
// mistake of the command line. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {

// The value that `parse` finds behind a flag. Throws Error.
template <class Parser>
auto ParseFlag(const std::string& flag, const std::string& text,
               const Parser& parse) {
  try {
    return parse(text);
  } catch (const BadValue& error) {
    throw UsageError(flag + ": " + error.what());
  }
}

// The value that belongs to the word behind a flag. Throws Error.
template <class T>
T FlagWord(const std::string& flag, const std::string& text,
           const std::vector<std::pair<std::string_view, T>>& words) {
  std::vector<std::string_view> allowed;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    allowed.push_back(word);
  }
  throw UsageError(flag + ": " + Quote(text) + " is not known; " +
                   AllowedWords(text, allowed));
}

}  // namespace ipband
