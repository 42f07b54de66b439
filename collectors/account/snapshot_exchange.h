// SPDX-License-Identifier: Apache-2.0
//
// Where other threads ask the accounting thread for a snapshot. Those who ask
// while one is still to be taken get the same one.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "collectors/account/snapshot.h"
#include "collectors/account/wakeup.h"

namespace ipband {

class SnapshotExchange {
 public:
  // `wakeup` interrupts the accounting thread's wait.
  explicit SnapshotExchange(Wakeup& wakeup) : wakeup_(wakeup) {}

  // Any thread but the accounting one. nullptr if none came in time or none
  // will come any more.
  std::shared_ptr<const Snapshot> Request(SnapshotDetail detail,
                                          std::chrono::milliseconds patience);

  // The accounting thread: what is somebody waiting for? Then Publish it.
  std::optional<SnapshotDetail> Wanted() const {
    const int wanted = wanted_.load(std::memory_order_acquire);
    if (wanted == 0) return std::nullopt;
    return static_cast<SnapshotDetail>(wanted);
  }
  void Publish(const std::shared_ptr<const Snapshot>& snapshot);

  // Any thread: the accounting thread has ended, nobody needs to wait.
  void Close();

 private:
  Wakeup& wakeup_;
  // The most detail anybody waits for, 0 if nobody does. Written with mutex_
  // held; the accounting thread looks at it without.
  std::atomic<int> wanted_ = 0;
  std::mutex mutex_;
  std::condition_variable published_;
  // Those who wait for some detail: one with less must not hide one with
  // more. The last one takes the snapshot along.
  struct Waiting {
    int number = 0;
    uint64_t generation = 0;
    std::shared_ptr<const Snapshot> snapshot;
  };
  std::array<Waiting, 6> waiting_;  // by detail; guarded by mutex_
  bool closed_ = false;             // guarded by mutex_
};

}  // namespace ipband
