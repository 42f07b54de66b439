// SPDX-License-Identifier: Apache-2.0
//
// The rows of a meter's table for those who look at it: what the interfaces
// have counted, added up. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectors/meter/dump.h"

namespace ipband {

// By bytes: falling, hosts of the same sum by address.
enum class MeterSort : uint8_t { kIn, kOut, kTotal, kAddress };

// Each host once, in no order.
std::vector<DumpRow> RowsOf(const std::vector<DumpPart>& parts);

// Leaves the first `count`, sorted.
void KeepFirst(MeterSort sort, size_t count, std::vector<DumpRow>& rows);

// What one host has; nothing if it is in none of the parts.
std::optional<DumpRow> RowOf(const std::vector<DumpPart>& parts,
                             const Address& address);

}  // namespace ipband
