// SPDX-License-Identifier: Apache-2.0
//
// For answers so large that they are made one after the other. Any thread;
// must outlive those who have taken it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace ipband {

class Turn {
 public:
  // Ends when the last copy goes. Nothing if it does not come in time.
  using Taken = std::shared_ptr<Turn>;
  Taken Take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, patience, [this] { return !taken_; })) {
      return nullptr;
    }
    taken_ = true;
    return {this, [](Turn* turn) { turn->GiveBack(); }};
  }

 private:
  void GiveBack() {
    const std::lock_guard lock(mutex_);
    taken_ = false;
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  bool taken_ = false;  // guarded by mutex_
};

}  // namespace ipband
