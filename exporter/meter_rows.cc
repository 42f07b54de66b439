// SPDX-License-Identifier: Apache-2.0
#include "exporter/meter_rows.h"

#include <algorithm>

namespace ipband {
namespace {

bool ByAddress(const DumpRow& a, const DumpRow& b) {
  return a.address < b.address;
}

uint64_t KeyOf(const DumpRow& row, MeterSort sort) {
  switch (sort) {
    case MeterSort::kIn:
      return row.in;
    case MeterSort::kOut:
      return row.out;
    case MeterSort::kTotal:
      return row.in + row.out;
    case MeterSort::kAddress:
      break;
  }
  return 0;
}

// Rows of the same address are neighbours.
void AddUpNeighbours(std::vector<DumpRow>& rows) {
  size_t last = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].address == rows[last].address) {
      rows[last].in += rows[i].in;
      rows[last].out += rows[i].out;
    } else {
      rows[++last] = rows[i];
    }
  }
  rows.resize(std::min(rows.size(), last + 1));
}

}  // namespace

std::vector<DumpRow> RowsOf(const std::vector<DumpPart>& parts) {
  std::vector<DumpRow> rows;
  for (const DumpPart& part : parts) {
    if (part.rows == nullptr) continue;
    rows.insert(rows.end(), part.rows->begin(), part.rows->end());
  }
  if (parts.size() > 1) {
    std::sort(rows.begin(), rows.end(), ByAddress);
    AddUpNeighbours(rows);
  }
  return rows;
}

void KeepFirst(MeterSort sort, size_t count, std::vector<DumpRow>& rows) {
  const size_t kept = std::min(count, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(kept),
                    rows.end(), [sort](const DumpRow& a, const DumpRow& b) {
                      const uint64_t of_a = KeyOf(a, sort);
                      const uint64_t of_b = KeyOf(b, sort);
                      return of_a != of_b ? of_a > of_b : ByAddress(a, b);
                    });
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
