// SPDX-License-Identifier: Apache-2.0
#include "exporter/requests.h"

#include <utility>

namespace ipband {

void Requests::Dump() {
  dump_ = true;
  wakeup_.Signal();
}

void Requests::Do(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  work_ = std::move(work);
  failure_ = nullptr;
  waiting_.store(true, std::memory_order_release);
  wakeup_.Signal();
  done_.wait(lock, [this] { return work_ == nullptr; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Requests::DoWaiting() {
  const std::lock_guard lock(mutex_);
  waiting_.store(false, std::memory_order_relaxed);
  try {
    work_();
  } catch (...) {
    failure_ = std::current_exception();
  }
  work_ = nullptr;
  done_.notify_all();
}

}  // namespace ipband
