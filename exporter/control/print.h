// SPDX-License-Identifier: Apache-2.0
//
// What a subcommand was asked for goes to standard output, all of it or not at
// all as far as the exit code tells. One thread.
#pragma once

#include <string_view>

namespace ipband {

// Throws Error.
void Print(std::string_view text);

}  // namespace ipband
