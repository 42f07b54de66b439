// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/newcomer_sketch.h"

#include <algorithm>

namespace ipband {

NewcomerSketch::NewcomerSketch(uint64_t seed, size_t rows)
    : seed_(seed), max_(rows), rows_(rows * 2 + 1) {
  kept_.reserve(max_);
  counts_.reserve(max_);
}

NewcomerSketch::Row& NewcomerSketch::Slot(const Key& key,
                                          uint64_t hash) noexcept {
  size_t slot = SlotOf(hash, rows_.size());
  while (rows_[slot].bytes != 0 && rows_[slot].key != key) {
    slot = slot + 1 == rows_.size() ? 0 : slot + 1;
  }
  return rows_[slot];
}

void NewcomerSketch::Add(const Key& key, uint64_t hash,
                         uint64_t bytes) noexcept {
  if (bytes == 0) return;
  Row* row = &Slot(key, hash);
  if (row->bytes == 0) {
    if (size_ == max_) {
      TakeMedianOff();
      row = &Slot(key, hash);
    }
    row->key = key;
    ++size_;
  }
  row->bytes += bytes;
}

void NewcomerSketch::TakeMedianOff() noexcept {
  counts_.clear();
  for (const Row& row : rows_) {
    if (row.bytes != 0) counts_.push_back(row.bytes);
  }
  const auto middle =
      counts_.begin() + static_cast<std::ptrdiff_t>(counts_.size() / 2);
  std::nth_element(counts_.begin(), middle, counts_.end());
  const uint64_t median = *middle;
  taken_off_ += median;
  kept_.clear();
  for (Row& row : rows_) {
    if (row.bytes > median) kept_.push_back({row.key, row.bytes - median});
  }
  Rebuild();
}

// REQUIRES: kept_ holds the rows that stay.
void NewcomerSketch::Rebuild() noexcept {
  std::fill(rows_.begin(), rows_.end(), Row{});
  for (const Row& row : kept_) Slot(row.key, HashOf(row.key)) = row;
  size_ = kept_.size();
}

NewcomerSketch::Taken NewcomerSketch::Take(CaptureId capture) {
  if (taken_off_before_.size() <= capture) {
    taken_off_before_.resize(size_t{capture} + 1, 0);
  }
  Taken taken;
  taken.error = taken_off_ - taken_off_before_[capture];
  taken_off_before_[capture] = taken_off_;
  if (size_ == 0) return taken;

  kept_.clear();
  for (const Row& row : rows_) {
    if (row.bytes == 0) continue;
    if (row.key.capture == capture) {
      taken.newcomers.push_back({row.key, row.bytes});
    } else {
      kept_.push_back(row);
    }
  }
  Rebuild();
  std::sort(taken.newcomers.begin(), taken.newcomers.end(),
            [](const Newcomer& a, const Newcomer& b) {
              return a.bytes != b.bytes ? a.bytes > b.bytes : a.key < b.key;
            });
  return taken;
}

}  // namespace ipband
