// SPDX-License-Identifier: Apache-2.0
//
// What the accounting thread hands to a thread that makes documents of it: a
// queue bounded by bytes, so that neither waits for the other. Any thread may
// push; one takes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "exporter/clock.h"

namespace ipband {

// How long the thread that takes waits for the names of hosts.
inline constexpr std::chrono::seconds kPatienceForNames{2};
// How long a replay waits for room, when what is made cannot be delivered.
inline constexpr std::chrono::seconds kPatienceForRoom{10};

template <class Work>
class WorkQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    Work work;
    size_t bytes = 0;
    Time since;
  };

  // What is larger than `most_bytes` is taken by an empty queue. Who pushes
  // waits `patience` for room.
  WorkQueue(size_t most_bytes, std::chrono::seconds patience)
      : most_bytes_(most_bytes), patience_(patience) {}

  // False: full or closed, the work is lost and counted.
  bool Push(Work work, size_t bytes) {
    std::unique_lock lock(mutex_);
    const auto has_room = [&] {
      return closed_ || queue_.empty() || queued_bytes_ + bytes <= most_bytes_;
    };
    if (patience_.count() > 0) changed_.wait_for(lock, patience_, has_room);
    if (closed_ || !has_room()) {
      ++dropped_;
      return false;
    }
    queued_bytes_ += bytes;
    queue_.push_back({std::move(work), bytes, Time(ReadClock().steady)});
    changed_.notify_all();
    return true;
  }

  // Waits for the next one, and means that the one before is done. Nothing
  // when `stop` was requested or there was none for so long.
  std::optional<Waiting> Take(
      const std::stop_token& stop,
      std::optional<std::chrono::milliseconds> wait = std::nullopt) {
    std::unique_lock lock(mutex_);
    idle_ = true;
    changed_.notify_all();
    const auto there = [this] { return !queue_.empty(); };
    if (wait) {
      changed_.wait_for(lock, stop, *wait, there);
    } else {
      changed_.wait(lock, stop, there);
    }
    if (queue_.empty() || stop.stop_requested()) return std::nullopt;
    Waiting next = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= next.bytes;
    idle_ = false;
    changed_.notify_all();
    return next;
  }

  // Takes nothing more and waits until all is done or `deadline` is over.
  void Close(Time deadline) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, deadline,
                        [this] { return queue_.empty() && idle_; });
  }

  // What waits.
  size_t size() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }
  // The same and what is being done.
  size_t unfinished() const {
    const std::lock_guard lock(mutex_);
    return queue_.size() + (idle_ ? 0 : 1);
  }
  uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const size_t most_bytes_;
  const std::chrono::seconds patience_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable_any changed_;
  std::deque<Waiting> queue_;
  size_t queued_bytes_ = 0;
  uint64_t dropped_ = 0;
  bool closed_ = false;
  bool idle_ = true;  // nothing is in the taker's hands
};

}  // namespace ipband
