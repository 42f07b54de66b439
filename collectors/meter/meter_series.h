// SPDX-License-Identifier: Apache-2.0
//
// The hosts of one meter that have series of their own, on all interfaces
// together, and never cleared. Who gets a series when there are not enough is
// decided by the rules that hosts of subnets have (collectors/host).
// All bytes ever counted = the rows' sum + untracked + retired.
// Owned by the accounting thread. Add is called per packet.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/host/host_table.h"
#include "collectors/host/newcomer_sketch.h"
#include "collectors/meter/meter_snapshot.h"
#include "collectors/meter/meter_table.h"

namespace ipband {

class MeterSeries {
 public:
  MeterSeries(uint32_t max, int64_t idle_timeout, uint64_t seed);

  // What Add wants as `hash`.
  static uint64_t HashOf(const Address& address, uint64_t seed) noexcept {
    return Hash({address, 0}, seed);
  }
  void Prefetch(uint64_t hash) const noexcept {
    hosts_->Prefetch(hash);
    if (hosts_->full() && newcomers_ != nullptr) newcomers_->Prefetch(hash);
  }
  void Add(const Address& address, uint64_t hash,
           const MeterBytes& bytes) noexcept;

  void EndPeriod(int64_t end);
  // The memory that another maximum takes; throws std::bad_alloc.
  struct Room {
    std::unique_ptr<HostTable> hosts;  // nullptr: the maximum stays
    std::unique_ptr<NewcomerSketch> newcomers;
    std::vector<HostRow> rows;
  };
  Room RoomFor(uint32_t max) const;
  // Series that no longer fit are retired, those with the lowest rank first.
  void MoveTo(Room room);
  void SetIdleTimeout(int64_t seconds) { idle_timeout_ = seconds; }
  void Describe(MeterSnapshot& snapshot) const;

 private:
  void Admit(const Key& key, uint64_t rank, int64_t now);
  void Retire(const Key& key);

  int64_t idle_timeout_;
  const uint64_t seed_;
  std::unique_ptr<HostTable> hosts_;
  std::unique_ptr<NewcomerSketch> newcomers_;  // nullptr if there are no series
  uint64_t period_bytes_ = 0;
  MeterBytes untracked_;
  MeterBytes retired_;
};

}  // namespace ipband
