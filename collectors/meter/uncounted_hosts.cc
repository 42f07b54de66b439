// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/uncounted_hosts.h"

namespace ipband {

uint32_t& UncountedHosts::Find(CaptureId capture,
                               uint64_t hash) const noexcept {
  for (size_t slot = SlotOf(hash, kSlots);;
       slot = slot + 1 == kSlots ? 0 : slot + 1) {
    uint32_t& number = index_[slot];
    if (number == 0) return number;
    const Host& host = hosts_[number - 1];
    if (host.hash == hash && host.capture == capture) return number;
  }
}

UncountedHosts::Added UncountedHosts::Add(CaptureId capture,
                                          uint64_t hash) noexcept {
  uint32_t& number = Find(capture, hash);
  if (number != 0) return Added::kKnown;
  if (size_ == kMost) return Added::kNoRoom;
  hosts_[size_] = {hash, capture};
  number = ++size_;
  return Added::kNew;
}

void UncountedHosts::Clear(CaptureId capture) {
  const uint32_t before = size_;
  index_.Clear();
  size_ = 0;
  for (uint32_t i = 0; i < before; ++i) {
    if (hosts_[i].capture != capture) Add(hosts_[i].capture, hosts_[i].hash);
  }
  if (size_ == 0) hosts_.Clear();
}

}  // namespace ipband
