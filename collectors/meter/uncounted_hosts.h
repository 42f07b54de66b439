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

  UncountedHosts() : index_(kSlots), hosts_(kMost) {}

  Added Add(CaptureId capture, uint64_t hash) noexcept;
  // Forgets those of one capture.
  void Clear(CaptureId capture);

 private:
  struct Host {
    uint64_t hash = 0;
    CaptureId capture = 0;
  };
  // Where the index has the host, or has room for it.
  uint32_t& Find(CaptureId capture, uint64_t hash) const noexcept;

  ZeroedPages<uint32_t> index_;  // the number in hosts_ plus 1
  ZeroedPages<Host> hosts_;
  uint32_t size_ = 0;
};

}  // namespace ipband
