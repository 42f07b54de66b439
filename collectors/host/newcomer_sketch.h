// SPDX-License-Identifier: Apache-2.0
//
// Counts the bytes of those who found their table full, in a fixed number of
// rows (Misra and Gries, 1982, in the form that takes the median off all rows
// at once, so that a packet costs constant time on average). A count is never
// above the truth, and below it by at most Error().
// Owned by the accounting thread; Add is called per packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectors/net/key.h"

namespace ipband {

struct Newcomer {
  Key key;
  uint64_t bytes = 0;
};

class NewcomerSketch {
 public:
  static constexpr size_t kRows = 16384;

  explicit NewcomerSketch(uint64_t seed, size_t rows = kRows);

  uint64_t HashOf(const Key& key) const noexcept { return Hash(key, seed_); }
  void Prefetch(uint64_t hash) const noexcept {
    __builtin_prefetch(&rows_[SlotOf(hash, rows_.size())], 1);
  }
  void Add(const Key& key, uint64_t hash, uint64_t bytes) noexcept;

  // Removes and returns one capture's newcomers, most bytes first (ties by
  // key), and how far their counts may be too low.
  struct Taken {
    std::vector<Newcomer> newcomers;
    uint64_t error = 0;
  };
  Taken Take(CaptureId capture);

  size_t size() const { return size_; }

 private:
  struct Row {
    Key key;
    uint64_t bytes = 0;  // 0: free
  };
  Row& Slot(const Key& key, uint64_t hash) noexcept;
  void TakeMedianOff() noexcept;
  void Rebuild() noexcept;

  const uint64_t seed_;
  const size_t max_;
  size_t size_ = 0;
  uint64_t taken_off_ = 0;  // from every row, since the start
  std::vector<Row> rows_;
  std::vector<Row> kept_;                   // scratch for Rebuild
  std::vector<uint64_t> counts_;            // scratch for the median
  std::vector<uint64_t> taken_off_before_;  // by capture: at its last Take
};

}  // namespace ipband
