// SPDX-License-Identifier: Apache-2.0
#include "exporter/reload_requests.h"

namespace ipband {

std::string ReloadRequests::Ask() {
  std::unique_lock lock(mutex_);
  const uint64_t mine = ++asked_;
  wakeup_.Signal();
  answered_by_main_.wait(lock, [&] { return closed_ || answered_ >= mine; });
  return answered_ >= mine ? error_ : "the program is about to end";
}

uint64_t ReloadRequests::Take() {
  wakeup_.Clear();
  const std::lock_guard lock(mutex_);
  return asked_ > answered_ ? asked_ : 0;
}

void ReloadRequests::Answer(uint64_t taken, const std::string& error) {
  const std::lock_guard lock(mutex_);
  answered_ = taken;
  error_ = error;
  answered_by_main_.notify_all();
}

void ReloadRequests::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  answered_by_main_.notify_all();
}

}  // namespace ipband
