// SPDX-License-Identifier: Apache-2.0
//
// Finds which of a set of disjoint address ranges holds an address. Immutable
// once built; the same table serves the `local` ranges (a handful) and named
// subnets (thousands). Used by the accounting thread for every packet whose
// hosts have no row yet, so Find neither allocates nor throws.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/net/prefix.h"

namespace ipband {

class RangeTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Entry {
    AddressRange range;
    uint32_t value = 0;
  };

  RangeTable() = default;
  // REQUIRES: ranges do not overlap.
  explicit RangeTable(std::vector<Entry> entries);

  // The value of the range that holds the address, or kNone.
  uint32_t Find(const Address& address) const noexcept;

 private:
  struct V4Entry {
    uint32_t first;
    uint32_t last;
    uint32_t value;
  };
  // Where to look for an IPv4 address, by its first 16 bits: the number of
  // entries whose range begins in a lower /16. Only made for long tables.
  using V4Index = std::array<uint32_t, 65537>;

  std::vector<V4Entry> v4_;  // by first address
  std::unique_ptr<V4Index> v4_index_;
  std::vector<Entry> v6_;  // by first address
};

// Tells whether an address is in one of the networks: every value is 0.
RangeTable RangesOf(const std::vector<Prefix>& networks);

// The ranges sorted, with overlapping and adjoining ones made one.
std::vector<AddressRange> Merge(std::vector<AddressRange> ranges);

}  // namespace ipband
