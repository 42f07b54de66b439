// SPDX-License-Identifier: Apache-2.0
//
// What the main thread asks of the accounting thread, which does it between
// two batches of packets.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "collectors/account/wakeup.h"
#include "exporter/config/config.h"

namespace ipband {

class Requests {
 public:
  // `wakeup` interrupts the accounting thread's wait.
  explicit Requests(Wakeup& wakeup) : wakeup_(wakeup) {}

  // Main: dump all meters.
  void Dump();
  // Main: dump all meters, then go on with these.
  void Reconfigure(std::vector<MeterConfig> meters);

  struct Request {
    std::optional<std::vector<MeterConfig>> meters;
  };
  // The accounting thread, often: what there is to do, once.
  std::optional<Request> Take() {
    if (!waiting_.load(std::memory_order_acquire)) return std::nullopt;
    return TakeWaiting();
  }

 private:
  std::optional<Request> TakeWaiting();

  Wakeup& wakeup_;
  std::atomic<bool> waiting_ = false;
  std::mutex mutex_;
  std::optional<Request> request_;  // guarded by mutex_
};

}  // namespace ipband
