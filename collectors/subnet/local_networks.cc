// SPDX-License-Identifier: Apache-2.0
#include "collectors/subnet/local_networks.h"

#include <algorithm>

namespace ipband {
namespace {

// RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 4193.
const std::vector<Prefix>& PrivateNetworks() {
  static const std::vector<Prefix> networks = {
      {Address::V4(0x0a000000), 8},
      {Address::V4(0xac100000), 12},
      {Address::V4(0xc0a80000), 16},
      {Address::V4(0x64400000), 10},
      {Address::V6(0xfc00000000000000, 0), 7},
  };
  return networks;
}

}  // namespace

std::vector<AddressRange> LocalRanges(const LocalOptions& options,
                                      const std::vector<Prefix>& own) {
  std::vector<AddressRange> ranges = options.ranges;
  if (options.automatic) {
    for (const Prefix& prefix : PrivateNetworks()) {
      ranges.push_back(RangeOf(prefix));
    }
    for (const Prefix& prefix : own) ranges.push_back(RangeOf(prefix));
  }
  return ranges;
}

RangeTable LocalSubnets(const AccountingOptions& options,
                        const std::vector<Prefix>& own) {
  std::vector<AddressRange> ranges = LocalRanges(options.local, own);
  for (AddressRange& range : ranges) {
    const int bits = range.first.family == Family::kIpv4
                         ? options.aggregate_ipv4
                         : options.aggregate_ipv6;
    range.first = FirstAddress(range.first, bits);
    range.last = LastAddress(range.last, bits);
  }
  std::vector<RangeTable::Entry> entries;
  for (const AddressRange& range : Merge(std::move(ranges))) {
    entries.push_back({range, 0});
  }
  return RangeTable(std::move(entries));
}

bool Overlaps(const std::vector<AddressRange>& ranges, const Prefix& prefix) {
  const AddressRange network = RangeOf(prefix);
  return std::any_of(
      ranges.begin(), ranges.end(), [&](const AddressRange& range) {
        return range.first.family == network.first.family &&
               range.first <= network.last && network.first <= range.last;
      });
}

}  // namespace ipband
