// SPDX-License-Identifier: Apache-2.0
//
// Tells apart the hosts that found a table full, by the hash of their key, in
// bounded memory that is only taken when there are any.
// Owned by the accounting thread; Add is called per packet.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collectors/meter/zeroed_pages.h"
#include "collectors/net/key.h"

namespace ipband {

class UncountedHosts {
 public:
  static constexpr size_t kSlots = size_t{1} << 20;
  static constexpr size_t kMost = kSlots / 4 * 3;

  enum class Added { kNew, kKnown, kNoRoom };

  UncountedHosts() : slots_(kSlots) {}

  Added Add(CaptureId capture, uint64_t hash) noexcept;
  // Forgets those of one capture.
  void Clear(CaptureId capture);

 private:
  struct Slot {
    uint64_t hash = 0;  // 0: free
    CaptureId capture = 0;
  };
  Slot& SlotFor(CaptureId capture, uint64_t hash) noexcept;

  ZeroedPages<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace ipband
