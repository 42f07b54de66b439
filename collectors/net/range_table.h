// SPDX-License-Identifier: Apache-2.0
//
// Finds which of a set of disjoint address ranges holds an address. Immutable
// once built; the same table serves the `local` ranges (a handful) and named
// subnets (thousands). Used by the accounting thread for every packet whose
// hosts have no row yet, so Find neither allocates nor throws.
#pragma once

#include <array>
#include <cstdint>
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
  uint32_t Find(const Address& address) const noexcept {
    if (address.family == Family::kIpv6) return FindV6(address);
    const auto wanted = static_cast<uint32_t>(address.low);
    if (v4_.size() > kScanUpTo) return FindV4(wanted);
    for (const V4Entry& entry : v4_) {
      if (entry.first <= wanted && wanted <= entry.last) return entry.value;
    }
    return kNone;
  }

 private:
  struct V4Entry {
    uint32_t first;
    uint32_t last;
    uint32_t value;
  };
  // So few are tried one after the other: the usual case, and the quickest.
  static constexpr size_t kScanUpTo = 8;

  // Where to look for an IPv4 address, by its first 16 bits and, where many
  // ranges begin in one /16, by the next 8. Only made for long tables.
  struct V4Top {
    uint32_t first = 0;  // the number of entries that begin in a lower /16
    uint32_t part = 0;   // which of the parts is for the next 8, from 1
  };
  // Of a /16: the number of entries that begin in a lower /24; at the end, in
  // this /16 or a lower one.
  using V4Part = std::array<uint32_t, 257>;

  void MakeIndex();
  // Of the entries from the first one on that begin in one /16.
  V4Part PartOf(uint32_t entry, uint32_t end) const;
  uint32_t FindV4(uint32_t wanted) const noexcept;
  uint32_t FindV6(const Address& address) const noexcept;

  std::vector<V4Entry> v4_;  // by first address
  std::vector<V4Top> v4_top_;
  std::vector<V4Part> v4_parts_;
  std::vector<Entry> v6_;  // by first address
};

// Tells whether an address is in one of the networks: every value is 0.
RangeTable RangesOf(const std::vector<Prefix>& networks);

// The ranges sorted, with overlapping and adjoining ones made one.
std::vector<AddressRange> Merge(std::vector<AddressRange> ranges);

}  // namespace ipband
