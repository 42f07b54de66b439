// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/host_table.h"

#include <sys/mman.h>

#include <memory>
#include <new>

#include "collectors/host/huge_pages.h"

namespace ipband {

// Zeroed pages that cost nothing until a row is used: all bytes zero is a free
// row. Hosts lie all over the table, so a large one stands on huge pages where
// there are any; else each look-up would cost an address translation as well.
HostTable::Pages::Pages(size_t rows)
    : bytes_(rows * sizeof(HostRow) + kHugePage),
      begin_(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
  if (begin_ == MAP_FAILED) throw std::bad_alloc();
  void* aligned = begin_;
  size_t room = bytes_;
  std::align(kHugePage, rows * sizeof(HostRow), aligned, room);
  if (rows * sizeof(HostRow) >= kHugePage) AskForHugePages(aligned, room);
  rows_ = static_cast<HostRow*>(aligned);
}

HostTable::Pages::~Pages() {
  if (begin_ != nullptr) munmap(begin_, bytes_);
}

HostTable::HostTable(uint32_t max, uint64_t seed)
    : seed_(seed), max_(max), slots_(size_t{max} * 2 + 1), rows_(slots_) {}

HostRow* HostTable::Insert(const Key& key, uint64_t hash) noexcept {
  if (size_ == max_) return nullptr;
  size_t slot = SlotOf(hash, slots_);
  while (rows_[slot].used()) slot = Next(slot);
  HostRow& row = rows_[slot];
  row.high = key.address.high;
  row.low = key.address.low;
  row.family = key.address.family;
  row.capture = key.capture;
  ++size_;
  return &row;
}

void HostTable::Insert(const HostRow& row) noexcept {
  const Key key = row.key();
  *Insert(key, HashOf(key)) = row;
}

void HostTable::Erase(const Key& key) noexcept {
  HostRow* found = Find(key, HashOf(key));
  auto hole = static_cast<size_t>(found - &rows_[0]);
  // Close the gap: a later row of the same run moves into it if it may.
  for (size_t slot = Next(hole); rows_[slot].used(); slot = Next(slot)) {
    const size_t home = SlotOf(HashOf(rows_[slot].key()), slots_);
    if (!MayFill(hole, slot, home)) continue;
    rows_[hole] = rows_[slot];
    hole = slot;
  }
  rows_[hole] = HostRow{};
  --size_;
}

}  // namespace ipband
