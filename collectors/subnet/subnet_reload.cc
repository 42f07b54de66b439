// SPDX-License-Identifier: Apache-2.0
//
// A subnet table with other options: which rows stay, and where.
#include <algorithm>
#include <map>
#include <tuple>

#include "collectors/subnet/subnet_table.h"

namespace ipband {
namespace {

bool SameNetworks(const SubnetOptions& a, const SubnetOptions& b) {
  return a.networks == b.networks;
}

bool SameLocal(const AccountingOptions& a, const AccountingOptions& b) {
  return a.local == b.local && a.aggregate_ipv4 == b.aggregate_ipv4 &&
         a.aggregate_ipv6 == b.aggregate_ipv6;
}

}  // namespace

bool SubnetTable::Fits(const AccountingOptions& options) const {
  return SameLocal(options, options_) &&
         options.max_subnets == options_.max_subnets &&
         std::equal(options.subnets.begin(), options.subnets.end(),
                    options_.subnets.begin(), options_.subnets.end(),
                    SameNetworks);
}

void SubnetTable::Reconfigure(const AccountingOptions& options,
                              const ThresholdOptions& thresholds) {
  options_ = options;
  thresholds_ = thresholds;
  for (SubnetRow& row : rows_) {
    if (row.used) SetThreshold(row);
  }
}

SubnetTable::SubnetTable(const SubnetTable& former,
                         const AccountingOptions& options,
                         const ThresholdOptions& thresholds)
    : SubnetTable(options, thresholds, former.seed_) {
  const bool same_local = SameLocal(options, former.options_);
  for (size_t i = 0; i < former.local_.size(); ++i) {
    const auto capture = static_cast<CaptureId>(i);
    AddCapture(capture);
    own_[capture] = former.own_[capture];
    FindLocal(capture,
              same_local ? former.kept_[capture] : std::vector<Prefix>());
  }
  places_.assign(former.rows(), kNone);
  if (options_.subnets.empty()) {
    PlaceDiscovered(former);
  } else {
    PlaceNamed(former);
  }
}

// A subnet is who its label says, whatever else belongs to it: the series are
// the same.
void SubnetTable::PlaceNamed(const SubnetTable& former) {
  std::map<Prefix, uint32_t> numbers;
  for (uint32_t i = 0; i < options_.subnets.size(); ++i) {
    numbers[options_.subnets[i].networks.front()] = i;
  }
  for (uint32_t i = 0; i < former.rows(); ++i) {
    const SubnetRow& row = former[i];
    if (!row.used) continue;
    const auto number = numbers.find(row.prefix);
    if (number == numbers.end()) continue;
    places_[i] = first_named_row_[row.capture] + number->second;
  }
}

void SubnetTable::PlaceDiscovered(const SubnetTable& former) {
  std::vector<uint32_t> staying;
  for (uint32_t i = 0; i < former.rows(); ++i) {
    const SubnetRow& row = former[i];
    if (row.used && IsLocal(row.capture, row.prefix.network) &&
        Discoverable(row.prefix.network) == row.prefix) {
      staying.push_back(i);
    }
  }
  if (staying.size() > max_discovered()) {
    std::sort(staying.begin(), staying.end(), [&](uint32_t a, uint32_t b) {
      const SubnetRow& x = former[a];
      const SubnetRow& y = former[b];
      return std::tuple(!x.watch.active, ~x.rank, x.key()) <
             std::tuple(!y.watch.active, ~y.rank, y.key());
    });
    staying.resize(max_discovered());
  }
  for (const uint32_t i : staying) {
    places_[i] = Discover(former[i].capture, former[i].prefix.network);
  }
}

void SubnetTable::TakeOver(const SubnetTable& former) {
  for (uint32_t i = 0; i < former.rows(); ++i) {
    if (places_[i] == kNone) continue;
    SubnetRow& row = rows_[places_[i]];
    const uint32_t named = row.named;
    row = former[i];
    row.named = named;
    SetThreshold(row);
  }
}

}  // namespace ipband
