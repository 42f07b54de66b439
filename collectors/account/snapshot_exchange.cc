// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/snapshot_exchange.h"

namespace ipband {

std::shared_ptr<const Snapshot> SnapshotExchange::Request(
    std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const uint64_t before = generation_;
  if (!wanted_.exchange(true, std::memory_order_acq_rel)) wakeup_.Signal();
  const bool came = published_.wait_for(lock, patience,
                                        [&] { return generation_ != before; });
  return came ? latest_ : nullptr;
}

void SnapshotExchange::Publish(std::shared_ptr<const Snapshot> snapshot) {
  {
    const std::lock_guard lock(mutex_);
    wanted_.store(false, std::memory_order_release);
    latest_ = std::move(snapshot);
    ++generation_;
  }
  published_.notify_all();
}

}  // namespace ipband
