// SPDX-License-Identifier: Apache-2.0
//
// The rows of a meter's table for those who look at it, of all interfaces
// together. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "collectors/meter/dump.h"
#include "exporter/config/config.h"

namespace ipband {

// Leaves the first `count`, the most bytes first; hosts of the same sum, or of
// a table that is not sorted by bytes, by address.
void KeepFirst(DumpSort sort, size_t count, std::vector<DumpRow>& rows);

// What one host has; nothing if it is in none of the parts.
std::optional<DumpRow> RowOf(const std::vector<DumpPart>& parts,
                             const Address& address);

}  // namespace ipband
