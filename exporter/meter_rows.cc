// SPDX-License-Identifier: Apache-2.0
#include "exporter/meter_rows.h"

#include <algorithm>

#include "exporter/dump/dump_table.h"

namespace ipband {

void KeepFirst(DumpSort sort, size_t count, std::vector<DumpRow>& rows) {
  const auto comes_before = [sort](const DumpRow& a, const DumpRow& b) {
    const uint64_t of_a = SortKey(a, sort);
    const uint64_t of_b = SortKey(b, sort);
    return of_a != of_b ? of_a > of_b : a.address < b.address;
  };
  const size_t kept = std::min(count, rows.size());
  const auto end = rows.begin() + static_cast<ptrdiff_t>(kept);
  // Not partial_sort: of all rows it would be a slow sort.
  std::nth_element(rows.begin(), end, rows.end(), comes_before);
  std::sort(rows.begin(), end, comes_before);
  rows.resize(kept);
  rows.shrink_to_fit();
}

std::optional<DumpRow> RowOf(const std::vector<DumpPart>& parts,
                             const Address& address) {
  std::optional<DumpRow> sum;
  for (const DumpPart& part : parts) {
    if (part.rows == nullptr) continue;
    for (const DumpRow& row : *part.rows) {
      if (row.address != address) continue;
      if (!sum) sum = DumpRow{.address = address};
      sum->in += row.in;
      sum->out += row.out;
    }
  }
  return sum;
}

}  // namespace ipband
