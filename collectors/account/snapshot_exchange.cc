// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/snapshot_exchange.h"

namespace ipband {

std::shared_ptr<const Snapshot> SnapshotExchange::Request(
    SnapshotDetail detail, std::chrono::milliseconds patience) {
  const int level = static_cast<int>(detail);
  std::unique_lock lock(mutex_);
  const uint64_t before = generation_;
  if (wanted_ < level) {
    wanted_ = level;
    wakeup_.Signal();
  }
  // One with less detail may come first, if it was being taken already.
  const bool came = published_.wait_for(lock, patience, [&] {
    return generation_ != before && latest_->detail >= detail;
  });
  return came ? latest_ : nullptr;
}

void SnapshotExchange::Publish(std::shared_ptr<const Snapshot> snapshot) {
  {
    const std::lock_guard lock(mutex_);
    if (static_cast<int>(snapshot->detail) >= wanted_) wanted_ = 0;
    latest_ = std::move(snapshot);
    ++generation_;
  }
  published_.notify_all();
}

}  // namespace ipband
