// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/range_table.h"

#include <algorithm>

namespace ipband {
namespace {

// So few are tried one after the other: the usual case, and the quickest.
constexpr size_t kScanUpTo = 8;

// Below this a plain binary search stays within a few cache lines.
constexpr size_t kIndexFrom = 64;

Address Next(Address address) {
  if (++address.low == 0) ++address.high;
  return address;
}

bool IsLast(const Address& address) {
  return address == LastAddress(address, 0);
}

}  // namespace

RangeTable::RangeTable(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.range < b.range; });
  for (const Entry& entry : entries) {
    if (entry.range.first.family == Family::kIpv6) {
      v6_.push_back(entry);
    } else {
      v4_.push_back({static_cast<uint32_t>(entry.range.first.low),
                     static_cast<uint32_t>(entry.range.last.low), entry.value});
    }
  }
  if (v4_.size() < kIndexFrom) return;
  v4_index_ = std::make_unique<V4Index>();
  uint32_t entry = 0;
  for (uint32_t top = 0; top < v4_index_->size(); ++top) {
    while (entry < v4_.size() && v4_[entry].first >> 16 < top) ++entry;
    (*v4_index_)[top] = entry;
  }
}

uint32_t RangeTable::Find(const Address& address) const noexcept {
  if (address.family == Family::kIpv4) {
    const auto wanted = static_cast<uint32_t>(address.low);
    if (v4_.size() <= kScanUpTo) {
      for (const V4Entry& entry : v4_) {
        if (entry.first <= wanted && wanted <= entry.last) return entry.value;
      }
      return kNone;
    }
    auto begin = v4_.begin();
    auto end = v4_.end();
    if (v4_index_) {
      const uint32_t top = wanted >> 16;
      end = v4_.begin() + (*v4_index_)[top + 1];
      begin = v4_.begin() + (*v4_index_)[top];
    }
    auto after = std::upper_bound(
        begin, end, wanted,
        [](uint32_t value, const V4Entry& e) { return value < e.first; });
    if (after == v4_.begin()) return kNone;
    const V4Entry& entry = *--after;
    return wanted <= entry.last ? entry.value : kNone;
  }
  auto after = std::upper_bound(v6_.begin(), v6_.end(), address,
                                [](const Address& value, const Entry& e) {
                                  return value < e.range.first;
                                });
  if (after == v6_.begin()) return kNone;
  const Entry& entry = *--after;
  return address <= entry.range.last ? entry.value : kNone;
}

std::vector<AddressRange> Merge(std::vector<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<AddressRange> merged;
  for (const AddressRange& range : ranges) {
    if (!merged.empty()) {
      AddressRange& before = merged.back();
      const bool touches =
          before.last.family == range.first.family &&
          (IsLast(before.last) || range.first <= Next(before.last));
      if (touches) {
        before.last = std::max(before.last, range.last);
        continue;
      }
    }
    merged.push_back(range);
  }
  return merged;
}

RangeTable RangesOf(const std::vector<Prefix>& networks) {
  std::vector<AddressRange> ranges;
  ranges.reserve(networks.size());
  for (const Prefix& network : networks) ranges.push_back(RangeOf(network));
  std::vector<RangeTable::Entry> entries;
  for (const AddressRange& range : Merge(std::move(ranges))) {
    entries.push_back({range, 0});
  }
  return RangeTable(std::move(entries));
}

}  // namespace ipband
