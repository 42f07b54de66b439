// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/range_table.h"

#include <algorithm>

namespace ipband {
namespace {

// Below this a plain binary search stays within a few cache lines.
constexpr size_t kIndexFrom = 64;
constexpr size_t kPartFrom = 16;

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
  if (v4_.size() >= kIndexFrom) MakeIndex();
}

void RangeTable::MakeIndex() {
  constexpr uint32_t kTops = 1 << 16;
  v4_top_.resize(kTops + 1);
  uint32_t entry = 0;
  for (uint32_t top = 0; top < kTops; ++top) {
    const uint32_t first = entry;
    while (entry < v4_.size() && v4_[entry].first >> 16 == top) ++entry;
    v4_top_[top].first = first;
    if (entry - first < kPartFrom) continue;
    v4_parts_.push_back(PartOf(first, entry));
    v4_top_[top].part = static_cast<uint32_t>(v4_parts_.size());
  }
  v4_top_[kTops].first = entry;
}

RangeTable::V4Part RangeTable::PartOf(uint32_t entry, uint32_t end) const {
  V4Part part;
  for (uint32_t next = 0; next < 256; ++next) {
    part[next] = entry;
    while (entry < end && (v4_[entry].first >> 8 & 0xff) == next) ++entry;
  }
  part[256] = end;
  return part;
}

uint32_t RangeTable::FindV4(uint32_t wanted) const noexcept {
  uint32_t begin = 0;
  auto end = static_cast<uint32_t>(v4_.size());
  if (!v4_top_.empty()) {
    const V4Top* top = &v4_top_[wanted >> 16];
    begin = top[0].first;
    end = top[1].first;
    if (top->part != 0) {
      const uint32_t* next = &v4_parts_[top->part - 1][wanted >> 8 & 0xff];
      begin = next[0];
      end = next[1];
    }
    // One that begins earlier may reach as far.
    if (begin > 0) --begin;
  }
  if (begin == end) return kNone;
  // The last one that does not begin behind the address. Nobody can foresee
  // which half that is in: no branch, which would be taken wrongly half the
  // time.
  const V4Entry* entry = &v4_[begin];
  for (uint32_t left = end - begin; left > 1;) {
    const uint32_t half = left / 2;
    entry += entry[half].first <= wanted ? half : 0;
    left -= half;
  }
  const bool holds = entry->first <= wanted && wanted <= entry->last;
  return holds ? entry->value : kNone;
}

uint32_t RangeTable::FindV6(const Address& address) const noexcept {
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
