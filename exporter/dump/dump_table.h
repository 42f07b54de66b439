// SPDX-License-Identifier: Apache-2.0
//
// The rows of a dump as they are shown: the parts added up, each host once, in
// order. Pure functions; a million rows are their ordinary case.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/meter/dump.h"
#include "exporter/config/config.h"

namespace ipband {

struct DumpTable {
  std::vector<DumpRow> rows;  // in the order shown
  NotShown not_shown;
};

// What a row is sorted by; 0 where rows are in the order of their addresses.
uint64_t SortKey(const DumpRow& row, DumpSort sort);

// Each host once, in no order.
std::vector<DumpRow> RowsOf(const std::vector<DumpPart>& parts);

// The `max_hosts` hosts with the most bytes stay, the others are not shown. A
// host that was not shown of two parts is counted twice there.
DumpTable MakeDumpTable(const std::vector<DumpPart>& parts, uint32_t max_hosts,
                        DumpSort sort);

}  // namespace ipband
