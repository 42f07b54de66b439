// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_table.h"

#include <algorithm>

namespace ipband {
namespace {

bool Holds(const MeterRow& row, const Key& key) {
  return row.low == key.address.low && row.high == key.address.high &&
         row.family == key.address.family && row.capture == key.capture;
}

constexpr uint64_t kHashHalf = 0xffffffff00000000;

}  // namespace

MeterTable::MeterTable(uint32_t max, uint64_t seed)
    : seed_(seed),
      max_(std::min(max, UINT32_MAX - 1)),
      slots_(size_t{max_} + max_ / 2 + 1),
      index_(slots_),
      rows_(max_),
      uncounted_(std::make_unique<UncountedHosts>()) {}

void MeterTable::AddCapture(CaptureId capture) {
  if (captures_.size() <= capture) captures_.resize(size_t{capture} + 1);
}

MeterRow* MeterTable::Find(const Key& key, uint64_t hash) const noexcept {
  for (size_t slot = HomeOf(hash);; slot = Next(slot)) {
    const uint64_t entry = index_[slot];
    if (entry == 0) return nullptr;
    if (((entry ^ hash) & kHashHalf) != 0) continue;
    MeterRow& row = rows_[RowOf(entry)];
    if (Holds(row, key)) return &row;
  }
}

MeterRow* MeterTable::Insert(const Key& key, uint64_t hash,
                             uint64_t rules) noexcept {
  if (size_ == max_) return nullptr;
  AddToIndex(hash, size_);
  MeterRow& row = rows_[size_];
  row = {.high = key.address.high,
         .low = key.address.low,
         .rules = rules,
         .capture = key.capture,
         .family = key.address.family};
  ++size_;
  ++captures_[key.capture].rows;
  return &row;
}

void MeterTable::AddToIndex(uint64_t hash, uint32_t row) noexcept {
  size_t slot = HomeOf(hash);
  while (index_[slot] != 0) slot = Next(slot);
  index_[slot] = (hash & kHashHalf) | (uint64_t{row} + 1);
}

void MeterTable::Credit(MeterRow& row, const MeterBytes& bytes) noexcept {
  row.in += bytes.in;
  row.out += bytes.out;
  MeterBytes& sum = captures_[row.capture].sum;
  sum.in += bytes.in;
  sum.out += bytes.out;
}

void MeterTable::Add(const Key& key, uint64_t rules, const MeterBytes& bytes) {
  const uint64_t hash = HashOf(key);
  MeterRow* row = Find(key, hash);
  if (row == nullptr) row = Insert(key, hash, rules);
  if (row != nullptr) {
    Credit(*row, bytes);
  } else {
    CreditNotShown(key, hash, bytes);
  }
}

void MeterTable::CreditNotShown(const Key& key, uint64_t hash,
                                const MeterBytes& bytes) noexcept {
  PerCapture& capture = captures_[key.capture];
  capture.not_shown.in += bytes.in;
  capture.not_shown.out += bytes.out;
  switch (uncounted_->Add(key.capture, hash)) {
    case UncountedHosts::Added::kNew:
      ++capture.told_apart;
      break;
    case UncountedHosts::Added::kNoRoom:
      capture.unknown.more_hosts = true;
      break;
    case UncountedHosts::Added::kKnown:
      break;
  }
}

void MeterTable::AddNotShown(CaptureId capture, const NotShown& more) {
  PerCapture& to = captures_[capture];
  to.not_shown.in += more.in;
  to.not_shown.out += more.out;
  to.unknown.hosts += more.hosts;
  to.unknown.more_hosts |= more.more_hosts;
}

// Those who were not shown in a former run may be those of this one.
NotShown MeterTable::NotShownOf(CaptureId capture) const {
  const PerCapture& from = captures_[capture];
  return {.hosts = std::max(from.unknown.hosts, from.told_apart),
          .more_hosts = from.unknown.more_hosts ||
                        (from.unknown.hosts > 0 && from.told_apart > 0),
          .in = from.not_shown.in,
          .out = from.not_shown.out};
}

std::vector<DumpRow> MeterTable::RowsOf(CaptureId capture) const {
  std::vector<DumpRow> rows;
  rows.reserve(captures_[capture].rows);
  for (uint32_t i = 0; rows.size() < captures_[capture].rows; ++i) {
    const MeterRow& row = rows_[i];
    if (row.capture == capture) {
      rows.push_back({row.address(), row.in, row.out});
    }
  }
  return rows;
}

bool MeterTable::IsEmpty(CaptureId capture) const {
  return captures_[capture].rows == 0 && NotShownOf(capture).empty();
}

void MeterTable::Clear(CaptureId capture) {
  if (captures_[capture].told_apart > 0) uncounted_->Clear(capture);
  const uint32_t rows = captures_[capture].rows;
  if (rows > size_ / 4) {  // it is less work to put the others back
    KeepOthers(capture);
  } else if (rows > 0) {
    // From behind: the last row, which takes a free place, has been seen.
    for (uint32_t i = size_; i-- > 0;) {
      if (rows_[i].capture == capture) Erase(i);
    }
  }
  captures_[capture] = {};
}

void MeterTable::KeepOthers(CaptureId capture) {
  const uint32_t before = size_;
  index_.Clear();
  size_ = 0;
  for (uint32_t i = 0; i < before; ++i) {
    const MeterRow row = rows_[i];
    if (row.capture == capture) continue;
    AddToIndex(HashOf(row.key()), size_);
    rows_[size_++] = row;
  }
  if (size_ == 0) rows_.Clear();
}

size_t MeterTable::FindInIndex(uint32_t row) const {
  size_t slot = HomeOf(HashOf(rows_[row].key()));
  while (RowOf(index_[slot]) != row) slot = Next(slot);
  return slot;
}

void MeterTable::Erase(uint32_t row) {
  size_t hole = FindInIndex(row);
  for (size_t slot = Next(hole); index_[slot] != 0; slot = Next(slot)) {
    if (!MayFill(hole, slot, HomeOf(index_[slot]))) continue;
    index_[hole] = index_[slot];
    hole = slot;
  }
  index_[hole] = 0;
  --size_;
  if (row == size_) return;
  const size_t last = FindInIndex(size_);
  index_[last] = (index_[last] & kHashHalf) | (uint64_t{row} + 1);
  rows_[row] = rows_[size_];
}

void MeterTable::TakeOver(MeterTable& other) {
  captures_ = other.captures_;
  for (PerCapture& capture : captures_) {
    capture.rows = 0;
    capture.sum = {};
  }
  std::swap(uncounted_, other.uncounted_);
  for (uint32_t i = 0; i < other.size_; ++i) {
    const MeterRow& row = other.rows_[i];
    Add(row.key(), row.rules, {row.in, row.out});
  }
}

}  // namespace ipband
