// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/sorting.h"

#include <algorithm>

namespace ipband {
namespace {

// ipband: sorted by the difference cast to int, so that a count 2 GiB larger
// came behind and `top` hid it; ties came in the order of its hash.
bool ComesBefore(const Connection& a, const Connection& b) {
  if (a.bytes() != b.bytes()) return a.bytes() > b.bytes();
  return a.key() < b.key();
}

}  // namespace

void SortAndCut(Report& report, uint32_t top) {
  std::vector<Connection>& all = report.connections;
  if (top == 0 || top >= all.size()) {
    std::sort(all.begin(), all.end(), ComesBefore);
    return;
  }
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(top);
  std::partial_sort(all.begin(), end, all.end(), ComesBefore);
  for (auto cut = end; cut != all.end(); ++cut) {
    ++report.omitted_connections;
    report.omitted_bytes += cut->bytes();
  }
  all.erase(end, all.end());
}

}  // namespace ipband
