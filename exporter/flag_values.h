// SPDX-License-Identifier: Apache-2.0
//
// The value behind a flag: what a parser of single values refuses becomes a
// mistake of the command line. Any thread.
#pragma once

#include <string>

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

}  // namespace ipband
