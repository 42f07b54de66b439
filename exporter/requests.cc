// SPDX-License-Identifier: Apache-2.0
#include "exporter/requests.h"

#include <utility>

namespace ipband {

void Requests::Dump() {
  const std::lock_guard lock(mutex_);
  if (!request_) request_.emplace();
  waiting_.store(true, std::memory_order_release);
  wakeup_.Signal();
}

void Requests::Reconfigure(std::vector<MeterConfig> meters) {
  const std::lock_guard lock(mutex_);
  request_ = {std::move(meters)};
  waiting_.store(true, std::memory_order_release);
  wakeup_.Signal();
}

std::optional<Requests::Request> Requests::TakeWaiting() {
  const std::lock_guard lock(mutex_);
  waiting_.store(false, std::memory_order_relaxed);
  return std::exchange(request_, std::nullopt);
}

}  // namespace ipband
