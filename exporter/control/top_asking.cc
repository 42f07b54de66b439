// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/top_asking.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "exporter/error.h"

namespace ipband {

TopAsking::TopAsking(const TopOptions& options)
    : source_(options), news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!news_.valid()) throw Error("the system gives no more descriptors");
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

TopAsking::State TopAsking::Latest() {
  eventfd_t number = 0;
  eventfd_read(news_.value(), &number);
  const std::lock_guard lock(mutex_);
  return state_;
}

void TopAsking::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto begin = std::chrono::steady_clock::now();
    const bool answered = AskOnce(stop);
    const auto effort = std::chrono::steady_clock::now() - begin;
    eventfd_write(news_.value(), 1);
    // A table of a million rows is not fetched all the time: the exporter has
    // packets to count.
    const auto pause = std::max<std::chrono::nanoseconds>(
        std::chrono::seconds(1), answered ? 4 * effort : effort.zero());
    std::unique_lock lock(mutex_);
    pause_.wait_for(lock, stop, pause, [] { return false; });
  }
}

bool TopAsking::AskOnce(const std::stop_token& stop) {
  try {
    TopView view = source_.Ask(stop);
    const std::lock_guard lock(mutex_);
    state_ = {std::move(view), ""};
    return true;
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    state_.error = error.what();
    return false;
  }
}

}  // namespace ipband
