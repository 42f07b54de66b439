// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/snapshot_exchange.h"

namespace ipband {

std::shared_ptr<const Snapshot> SnapshotExchange::Request(
    SnapshotDetail detail, std::chrono::milliseconds patience) {
  const int level = static_cast<int>(detail);
  std::unique_lock lock(mutex_);
  Waiting& waiting = waiting_[static_cast<size_t>(level)];
  const uint64_t before = waiting.generation;
  ++waiting.number;
  if (wanted_ < level) {
    wanted_ = level;
    wakeup_.Signal();
  }
  published_.wait_for(lock, patience,
                      [&] { return closed_ || waiting.generation != before; });
  const bool came = waiting.generation != before;
  std::shared_ptr<const Snapshot> snapshot = waiting.snapshot;
  if (--waiting.number == 0) waiting.snapshot.reset();
  return came ? snapshot : nullptr;
}

void SnapshotExchange::Publish(
    const std::shared_ptr<const Snapshot>& snapshot) {
  const int level = static_cast<int>(snapshot->detail);
  {
    const std::lock_guard lock(mutex_);
    if (level >= wanted_) wanted_ = 0;
    for (int i = 0; i <= level; ++i) {
      Waiting& waiting = waiting_[static_cast<size_t>(i)];
      if (waiting.number == 0) continue;
      ++waiting.generation;
      waiting.snapshot = snapshot;
    }
  }
  published_.notify_all();
}

void SnapshotExchange::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  published_.notify_all();
}

}  // namespace ipband
