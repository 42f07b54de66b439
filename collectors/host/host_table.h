// SPDX-License-Identifier: Apache-2.0
//
// The hosts that have series of their own: bytes in and out per address and
// capture. A flat table of one cache line per host with open addressing,
// allocated for `max` hosts at half load and never rehashed by itself.
// Owned by the accounting thread. Find and Insert are called per packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "collectors/net/key.h"

namespace ipband {

struct HostRow {
  uint64_t high = 0;  // the address, as in Address
  uint64_t low = 0;
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
  uint64_t period_start_bytes = 0;  // receive + transmit then
  uint64_t rank = 0;                // 16 times the mean bytes of a period
  uint32_t subnet = 0;              // row in the subnet table
  uint32_t last_active = 0;  // seconds: end of the last period with traffic
  CaptureId capture = 0;
  Family family{};  // 0: the row is free
  uint8_t age = 0;  // whole periods in the table, up to 255

  bool used() const { return family != Family{}; }
  Address address() const { return {family, high, low}; }
  Key key() const { return {address(), capture}; }
  bool Is(const Key& key) const {
    return low == key.address.low && high == key.address.high &&
           family == key.address.family && capture == key.capture;
  }
  uint64_t bytes() const { return receive_bytes + transmit_bytes; }
};
static_assert(sizeof(HostRow) == 64);

class HostTable {
 public:
  HostTable(uint32_t max, uint64_t seed);  // throws std::bad_alloc
  HostTable(HostTable&&) = default;
  HostTable& operator=(HostTable&&) = default;

  uint64_t HashOf(const Key& key) const noexcept { return Hash(key, seed_); }
  void Prefetch(uint64_t hash) const noexcept {
    __builtin_prefetch(&rows_[SlotOf(hash, slots_)], 1);
  }

  // nullptr if the host has no row. Rows move when another is erased.
  HostRow* Find(const Key& key, uint64_t hash) noexcept {
    for (size_t slot = SlotOf(hash, slots_);; slot = Next(slot)) {
      HostRow& row = rows_[slot];
      if (row.Is(key)) return &row;
      if (!row.used()) return nullptr;
    }
  }
  // A new row, or nullptr if the table is full. REQUIRES: it has none yet.
  HostRow* Insert(const Key& key, uint64_t hash) noexcept;
  // The same with what a row of another table says.
  void Insert(const HostRow& row) noexcept;
  // REQUIRES: the host has a row.
  void Erase(const Key& key) noexcept;

  bool full() const { return size_ == max_; }
  uint32_t size() const { return size_; }
  uint32_t max() const { return max_; }

  // Calls visit(HostRow&) for every host, in the table's order. The visitor
  // must not insert or erase.
  template <typename Visitor>
  void ForEach(Visitor visit) {
    for (size_t slot = 0; slot < slots_; ++slot) {
      if (rows_[slot].used()) visit(rows_[slot]);
    }
  }
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (size_t slot = 0; slot < slots_; ++slot) {
      if (rows_[slot].used()) visit(static_cast<const HostRow&>(rows_[slot]));
    }
  }

 private:
  class Pages {
   public:
    explicit Pages(size_t rows);  // throws std::bad_alloc
    ~Pages();
    Pages(Pages&& other) noexcept { *this = std::move(other); }
    Pages& operator=(Pages&& other) noexcept {
      std::swap(bytes_, other.bytes_);
      std::swap(begin_, other.begin_);
      std::swap(rows_, other.rows_);
      return *this;
    }
    HostRow& operator[](size_t slot) const { return rows_[slot]; }

   private:
    size_t bytes_ = 0;
    void* begin_ = nullptr;
    HostRow* rows_ = nullptr;
  };
  size_t Next(size_t slot) const { return slot + 1 == slots_ ? 0 : slot + 1; }

  uint64_t seed_;
  uint32_t max_;
  size_t slots_;
  uint32_t size_ = 0;
  Pages rows_;
};

}  // namespace ipband
