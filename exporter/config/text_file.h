// SPDX-License-Identifier: Apache-2.0
//
// A configuration file in memory. It is read once, whatever is done with it
// afterwards, so it may also be a pipe. Any thread.
#pragma once

#include <string>

namespace ipband {

struct TextFile {
  std::string name;  // as messages call it
  std::string text;  // without byte order mark
};

// Throws Error (usage) if the file cannot be read, is larger than 16 MiB or
// holds a NUL byte. `flag`: which flag or key names it, for messages; empty if
// none does.
TextFile ReadTextFile(const std::string& name, const std::string& flag = "");

}  // namespace ipband
