// SPDX-License-Identifier: Apache-2.0
//
// How many requests of one kind may be under way. Any thread; must outlive
// those who are in.
#pragma once

#include <atomic>
#include <memory>

namespace ipband {

class RequestLimit {
 public:
  explicit RequestLimit(int max) : max_(max) {}  // 0: no limit

  // Ends when the last copy goes. Nothing if the limit is reached.
  using Entered = std::shared_ptr<RequestLimit>;
  Entered Enter() {
    const int before = open_.fetch_add(1, std::memory_order_relaxed);
    Entered entered(this, [](RequestLimit* limit) {
      limit->open_.fetch_sub(1, std::memory_order_relaxed);
    });
    return max_ == 0 || before < max_ ? entered : nullptr;
  }

 private:
  const int max_;
  std::atomic<int> open_ = 0;
};

}  // namespace ipband
