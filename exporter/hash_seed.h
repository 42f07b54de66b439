// SPDX-License-Identifier: Apache-2.0
//
// What the hash tables are keyed with: random, so that nobody can fill one
// place of a table.
#pragma once

#include <cstdint>

namespace ipband {

// `fixed`: the same in each run, so that what is printed repeats itself.
// Throws Error.
uint64_t HashSeed(bool fixed);

}  // namespace ipband
