// SPDX-License-Identifier: Apache-2.0
//
// What the main thread asks of the accounting thread, which does it between
// two batches of packets.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

#include "collectors/account/wakeup.h"

namespace ipband {

class Requests {
 public:
  // `wakeup` interrupts the accounting thread's wait.
  explicit Requests(Wakeup& wakeup) : wakeup_(wakeup) {}

  // Main: dump all meters.
  void Dump();
  // Main: has the work done and waits until it is; throws what it throws.
  // REQUIRES: the accounting thread runs.
  void Do(std::function<void()> work);

  // The accounting thread, often: whether a dump was asked for, once.
  bool TakeDump() {
    return dump_.load(std::memory_order_relaxed) && dump_.exchange(false);
  }
  // The accounting thread, often: does the work there is.
  void DoWork() {
    if (waiting_.load(std::memory_order_acquire)) DoWaiting();
  }

 private:
  void DoWaiting();

  Wakeup& wakeup_;
  std::atomic<bool> dump_ = false;
  std::atomic<bool> waiting_ = false;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable done_;
  std::function<void()> work_;
  std::exception_ptr failure_;
};

}  // namespace ipband
