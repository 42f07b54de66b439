// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/uncounted_hosts.h"

#include <vector>

namespace ipband {

UncountedHosts::Slot& UncountedHosts::SlotFor(CaptureId capture,
                                              uint64_t hash) noexcept {
  size_t i = SlotOf(hash, kSlots);
  while (slots_[i].hash != 0 &&
         (slots_[i].hash != hash || slots_[i].capture != capture)) {
    i = i + 1 == kSlots ? 0 : i + 1;
  }
  return slots_[i];
}

UncountedHosts::Added UncountedHosts::Add(CaptureId capture,
                                          uint64_t hash) noexcept {
  if (hash == 0) hash = 1;
  Slot& slot = SlotFor(capture, hash);
  if (slot.hash != 0) return Added::kKnown;
  if (size_ == kMost) return Added::kNoRoom;
  slot = {hash, capture};
  ++size_;
  return Added::kNew;
}

void UncountedHosts::Clear(CaptureId capture) {
  if (size_ == 0) return;
  std::vector<Slot> kept;
  for (size_t i = 0; i < kSlots; ++i) {
    const Slot& slot = slots_[i];
    if (slot.hash != 0 && slot.capture != capture) kept.push_back(slot);
  }
  slots_.Clear();
  for (const Slot& slot : kept) SlotFor(slot.capture, slot.hash) = slot;
  size_ = kept.size();
}

}  // namespace ipband
