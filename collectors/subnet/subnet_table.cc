// SPDX-License-Identifier: Apache-2.0
#include "collectors/subnet/subnet_table.h"

#include <cmath>

#include "collectors/subnet/local_networks.h"

namespace ipband {
namespace {

// Address ranges of the named subnets that are local. `auto` does not keep a
// subnet out that somebody took the trouble to name.
RangeTable NamedRanges(const AccountingOptions& options) {
  const bool all = options.local.any || options.local.automatic;
  std::vector<RangeTable::Entry> entries;
  for (uint32_t i = 0; i < options.subnets.size(); ++i) {
    for (const Prefix& network : options.subnets[i].networks) {
      if (all || Overlaps(options.local.ranges, network)) {
        entries.push_back({RangeOf(network), i});
      }
    }
  }
  return RangeTable(std::move(entries));
}

}  // namespace

SubnetTable::SubnetTable(const AccountingOptions& options,
                         const ThresholdOptions& thresholds, uint64_t seed)
    : options_(options),
      thresholds_(thresholds),
      seed_(seed),
      rows_(max_discovered()),
      slots_(size_t{max_discovered()} * 2 + 1, kNone),
      named_(NamedRanges(options)) {
  free_.reserve(rows_.size());
  for (uint32_t row = rows(); row-- > 0;) free_.push_back(row);
}

void SubnetTable::SetThreshold(SubnetRow& row) const {
  std::optional<double> threshold = thresholds_.bytes_per_second;
  if (row.named != SubnetRow::kDiscovered) {
    const SubnetOptions& subnet = options_.subnets[row.named];
    if (subnet.threshold_bytes_per_second) {
      threshold = subnet.threshold_bytes_per_second;
    }
  }
  if (threshold && std::isinf(*threshold)) threshold.reset();
  row.has_threshold = threshold.has_value();
  row.threshold = threshold.value_or(0);
}

void SubnetTable::AddCapture(CaptureId capture) {
  const uint32_t first = rows();
  first_named_row_.push_back(first);
  local_.push_back(LocalSubnets(options_, {}));
  own_.emplace_back();
  kept_.emplace_back();
  rows_.resize(first + options_.subnets.size());
  for (uint32_t row = first; row < rows(); ++row) {
    rows_[row].capture = capture;
    rows_[row].named = row - first;
    Reset(row);
  }
}

void SubnetTable::Reset(uint32_t row) {
  SubnetRow fresh;
  fresh.used = true;
  fresh.capture = rows_[row].capture;
  fresh.named = rows_[row].named;
  fresh.prefix = options_.subnets[fresh.named].networks.front();
  SetThreshold(fresh);
  rows_[row] = fresh;
}

void SubnetTable::FindLocal(CaptureId capture,
                            const std::vector<Prefix>& kept) {
  kept_[capture] = kept;
  std::vector<Prefix> networks = own_[capture];
  networks.insert(networks.end(), kept.begin(), kept.end());
  local_[capture] = LocalSubnets(options_, networks);
}

void SubnetTable::SetOwnNetworks(CaptureId capture,
                                 const std::vector<Prefix>& own) {
  own_[capture] = own;
  FindLocal(capture, {});
  // A subnet is asked once whether it is local, when its row is made: an
  // address that comes and goes does not interrupt its counters.
  std::vector<Prefix> kept;
  for (uint32_t i = 0; i < max_discovered(); ++i) {
    const SubnetRow& row = rows_[i];
    if (row.used && row.capture == capture &&
        !IsLocal(capture, row.prefix.network)) {
      kept.push_back(row.prefix);
    }
  }
  if (!kept.empty()) FindLocal(capture, kept);
}

JudgedBytes SubnetRow::PeriodBytes() const {
  const SubnetCounters& now = counters;
  const SubnetCounters& start = period_start;
  return {
      .total = (now.bytes - start.bytes) -
               (now.excluded_bytes - start.excluded_bytes) + carried.total,
      .receive = (now.receive_bytes - start.receive_bytes) -
                 (now.excluded_receive_bytes - start.excluded_receive_bytes) +
                 carried.receive,
      .transmit =
          (now.transmit_bytes - start.transmit_bytes) -
          (now.excluded_transmit_bytes - start.excluded_transmit_bytes) +
          carried.transmit};
}

uint32_t SubnetTable::FindDiscovered(const Key& key) const noexcept {
  for (size_t slot = SlotFor(key);; slot = Next(slot)) {
    const uint32_t row = slots_[slot];
    if (row == kNone || rows_[row].key() == key) return row;
  }
}

uint32_t SubnetTable::Find(CaptureId capture,
                           const Address& address) const noexcept {
  if (options_.subnets.empty()) return FindDiscovered(KeyOf(capture, address));
  const uint32_t named = named_.Find(address);
  if (named == RangeTable::kNone) return kNone;
  return first_named_row_[capture] + named;
}

uint32_t SubnetTable::Discover(CaptureId capture,
                               const Address& address) noexcept {
  if (free_.empty()) return kNone;
  const uint32_t number = free_.back();
  free_.pop_back();
  ++discovered_;

  SubnetRow& row = rows_[number];
  row = SubnetRow{};
  row.used = true;
  row.capture = capture;
  row.prefix = Discoverable(address);
  SetThreshold(row);

  size_t slot = SlotFor(row.key());
  while (slots_[slot] != kNone) slot = Next(slot);
  slots_[slot] = number;
  return number;
}

void SubnetTable::Remove(uint32_t row) noexcept {
  size_t hole = SlotFor(rows_[row].key());
  while (slots_[hole] != row) hole = Next(hole);
  // Close the gap, as in HostTable::Erase.
  for (size_t slot = Next(hole); slots_[slot] != kNone; slot = Next(slot)) {
    const size_t home = SlotFor(rows_[slots_[slot]].key());
    if (!MayFill(hole, slot, home)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = kNone;
  rows_[row].used = false;
  free_.push_back(row);
  --discovered_;
}

}  // namespace ipband
