// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_table.h"

#include <algorithm>
#include <cstddef>

namespace ipband {
namespace {

// ipband: ipfm's order is that of its tables, the last octet first.
uint64_t OrderOfIpv4(const Address& address) {
  return __builtin_bswap32(static_cast<uint32_t>(address.low));
}

bool ComesBefore(const Address& a, const Address& b) {
  if (a.family == b.family && a.family == Family::kIpv4) {
    return OrderOfIpv4(a) < OrderOfIpv4(b);
  }
  return a < b;
}

// Falling; ties as ipfm has them, in the order without sorting.
auto By(DumpSort sort) {
  return [sort](const DumpRow& a, const DumpRow& b) {
    const uint64_t key_a = SortKey(a, sort);
    const uint64_t key_b = SortKey(b, sort);
    return key_a != key_b ? key_a > key_b : ComesBefore(a.address, b.address);
  };
}

void SortByAddress(std::vector<DumpRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return ComesBefore(a.address, b.address);
  });
}

// REQUIRES: sorted by address.
void AddUpEqualAddresses(std::vector<DumpRow>& rows) {
  size_t last = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].address == rows[last].address) {
      rows[last].in += rows[i].in;
      rows[last].out += rows[i].out;
    } else {
      rows[++last] = rows[i];
    }
  }
  if (!rows.empty()) rows.resize(last + 1);
}

void Cut(DumpTable& table, uint32_t max_hosts) {
  std::vector<DumpRow>& rows = table.rows;
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(max_hosts);
  std::nth_element(rows.begin(), end, rows.end(), By(DumpSort::kTotal));
  for (auto row = end; row != rows.end(); ++row) {
    ++table.not_shown.hosts;
    table.not_shown.in += row->in;
    table.not_shown.out += row->out;
  }
  rows.erase(end, rows.end());
}

}  // namespace

uint64_t SortKey(const DumpRow& row, DumpSort sort) {
  switch (sort) {
    case DumpSort::kIn:
      return row.in;
    case DumpSort::kOut:
      return row.out;
    case DumpSort::kTotal:
      return row.in + row.out;
    case DumpSort::kNone:
      break;
  }
  return 0;
}

std::vector<DumpRow> RowsOf(const std::vector<DumpPart>& parts) {
  std::vector<DumpRow> rows;
  size_t size = 0;
  for (const DumpPart& part : parts) size += part.rows ? part.rows->size() : 0;
  rows.reserve(size);
  for (const DumpPart& part : parts) {
    if (!part.rows) continue;
    rows.insert(rows.end(), part.rows->begin(), part.rows->end());
  }
  if (parts.size() > 1) {
    SortByAddress(rows);
    AddUpEqualAddresses(rows);
  }
  return rows;
}

DumpTable MakeDumpTable(const std::vector<DumpPart>& parts, uint32_t max_hosts,
                        DumpSort sort) {
  DumpTable table{.rows = RowsOf(parts), .not_shown = {}};
  for (const DumpPart& part : parts) {
    table.not_shown += part.not_shown;
  }
  if (table.rows.size() > max_hosts) Cut(table, max_hosts);
  std::sort(table.rows.begin(), table.rows.end(), By(sort));
  return table;
}

}  // namespace ipband
