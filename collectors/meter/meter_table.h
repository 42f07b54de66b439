// SPDX-License-Identifier: Apache-2.0
//
// The hosts of one meter since its table was cleared: bytes in and out per
// address and capture. Rows lie densely in the order in which they came, an
// index with open addressing leads to them; both are reserved once for `max`
// hosts, and take memory as hosts come.
// Owned by the accounting thread. What is noexcept is called per packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/meter/dump.h"
#include "collectors/meter/uncounted_hosts.h"
#include "collectors/meter/zeroed_pages.h"
#include "collectors/net/key.h"

namespace ipband {

struct MeterRow {
  uint64_t high = 0;  // the address, as in Address
  uint64_t low = 0;
  uint64_t in = 0;  // bytes
  uint64_t out = 0;
  uint64_t rules = 0;  // those that match the host
  CaptureId capture = 0;
  Family family{};

  Address address() const { return {family, high, low}; }
  Key key() const { return {address(), capture}; }
};
static_assert(sizeof(MeterRow) == 48);

struct MeterBytes {
  uint64_t in = 0;
  uint64_t out = 0;
};

class MeterTable {
 public:
  MeterTable(uint32_t max, uint64_t seed);

  // To be called before anything of this capture comes.
  void AddCapture(CaptureId capture);

  uint64_t HashOf(const Key& key) const noexcept { return Hash(key, seed_); }
  // First for all that will be looked up, then the other for all of them.
  void PrefetchIndex(uint64_t hash) const noexcept {
    __builtin_prefetch(&index_[HomeOf(hash)]);
  }
  void PrefetchRow(uint64_t hash) const noexcept {
    const uint64_t entry = index_[HomeOf(hash)];
    if (entry != 0) __builtin_prefetch(&rows_[RowOf(entry)], 1);
  }

  // nullptr if the host has no row. Rows move when others are cleared.
  MeterRow* Find(const Key& key, uint64_t hash) const noexcept;
  // A new row, or nullptr if the table is full. REQUIRES: it has none yet.
  MeterRow* Insert(const Key& key, uint64_t hash, uint64_t rules) noexcept;
  void Credit(MeterRow& row, const MeterBytes& bytes) noexcept;
  // Finds or makes the row; without room the bytes are not shown.
  void Add(const Key& key, uint64_t rules, const MeterBytes& bytes);
  // Of a host that found the table full.
  void CreditNotShown(const Key& key, uint64_t hash,
                      const MeterBytes& bytes) noexcept;
  // Of hosts that nobody knows any more.
  void AddNotShown(CaptureId capture, const NotShown& more);

  std::vector<DumpRow> RowsOf(CaptureId capture) const;
  NotShown NotShownOf(CaptureId capture) const;
  MeterBytes SumOf(CaptureId capture) const { return captures_[capture].sum; }
  bool IsEmpty(CaptureId capture) const;
  void Clear(CaptureId capture);

  // Takes all over from one with the same seed; rows that find no room are not
  // shown. REQUIRES: this one is new.
  void TakeOver(MeterTable& other);

  // Calls visit(MeterRow&) for every host.
  template <typename Visitor>
  void ForEach(Visitor visit) {
    for (uint32_t i = 0; i < size_; ++i) visit(rows_[i]);
  }

  uint32_t size() const { return size_; }
  uint32_t max() const { return max_; }

 private:
  struct PerCapture {
    uint32_t rows = 0;
    MeterBytes sum;  // of the rows
    MeterBytes not_shown;
    uint64_t told_apart = 0;  // hosts in not_shown that are known
    NotShown unknown;         // hosts only: of AddNotShown
  };

  // An index entry: the upper half of the hash, then the row's number plus 1.
  static uint32_t RowOf(uint64_t entry) {
    return static_cast<uint32_t>(entry) - 1;
  }
  size_t HomeOf(uint64_t hash) const {
    return static_cast<size_t>(Uint128{hash >> 32} * slots_ >> 32);
  }
  size_t Next(size_t slot) const { return slot + 1 == slots_ ? 0 : slot + 1; }
  void AddToIndex(uint64_t hash, uint32_t row) noexcept;
  size_t FindInIndex(uint32_t row) const;
  void Erase(uint32_t row);
  void KeepOthers(CaptureId capture);

  const uint64_t seed_;
  const uint32_t max_;
  const size_t slots_;
  uint32_t size_ = 0;
  ZeroedPages<uint64_t> index_;
  ZeroedPages<MeterRow> rows_;
  std::unique_ptr<UncountedHosts> uncounted_;
  std::vector<PerCapture> captures_;
};

}  // namespace ipband
