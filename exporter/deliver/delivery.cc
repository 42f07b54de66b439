// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/delivery.h"

#include <algorithm>
#include <utility>

namespace ipband {

using std::chrono::steady_clock;

Delivery::Delivery(std::string name, std::unique_ptr<Sink> sink,
                   const DeliveryOptions& options)
    : name_(std::move(name)),
      next_sink_(std::move(sink)),
      options_(options),
      pause_(options.first_pause),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Delivery::~Delivery() { Finish(steady_clock::time_point()); }

bool Delivery::HasRoom(const Document& document) const {
  return queue_.empty() ||
         (queue_.size() < options_.most_documents &&
          counts_.waiting_bytes + document.bytes() <= options_.most_bytes);
}

void Delivery::Enqueue(std::shared_ptr<const Document> document) {
  counts_.waiting_bytes += document->bytes();
  queue_.push_back(std::move(document));
  changed_.notify_all();
}

void Delivery::DropHead() {
  counts_.waiting_bytes -= queue_.front()->bytes();
  queue_.pop_front();
  changed_.notify_all();
}

bool Delivery::Submit(std::shared_ptr<const Document> document) {
  const std::lock_guard lock(mutex_);
  if (options_.only_latest && !closed_) {
    while (queue_.size() > (trying_ ? 1 : 0)) {
      counts_.waiting_bytes -= queue_.back()->bytes();
      queue_.pop_back();
    }
  }
  if (closed_ || !HasRoom(*document)) {
    ++counts_.dropped;
    return false;
  }
  Enqueue(std::move(document));
  return true;
}

bool Delivery::SubmitWhenRoom(std::shared_ptr<const Document> document,
                              std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, std::move(stop),
                [&] { return closed_ || HasRoom(*document); });
  if (closed_ || !HasRoom(*document)) return false;
  Enqueue(std::move(document));
  return true;
}

void Delivery::ReplaceSink(std::unique_ptr<Sink> sink,
                           const DeliveryOptions& options) {
  const std::lock_guard lock(mutex_);
  next_sink_ = std::move(sink);
  options_ = options;
  pause_ = options_.first_pause;
  changed_.notify_all();
}

void Delivery::Close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  pause_ = options_.first_pause;
  changed_.notify_all();
}

bool Delivery::Finish(steady_clock::time_point deadline) {
  if (!thread_.joinable()) return queue_.empty();
  Close();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return queue_.empty(); });
  }
  thread_.request_stop();
  thread_.join();
  if (queue_.empty()) return true;
  const Document& first = *queue_.front();
  Log(LogLevel::kError, "deliver", "documents were given up",
      {{"sink", name_},
       {"documents", std::to_string(queue_.size())},
       {"first", first.id.empty() ? first.file.path : first.id}});
  return false;
}

DeliveryCounts Delivery::counts() const {
  const std::lock_guard lock(mutex_);
  DeliveryCounts counts = counts_;
  counts.undelivered = queue_.size();
  return counts;
}

void Delivery::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, stop, options_.tidy_period, [this] {
      return closed_ || next_sink_ != nullptr || !queue_.empty();
    });
    if (stop.stop_requested() || (closed_ && queue_.empty())) return;
    const bool is_new = next_sink_ != nullptr;
    if (is_new) sink_ = std::move(next_sink_);
    if (is_new || queue_.empty()) Tidy(lock);
    if (queue_.empty()) continue;
    const std::shared_ptr<const Document> document = queue_.front();
    const bool was_closed = closed_;
    trying_ = true;
    lock.unlock();
    const Attempt attempt = sink_->Deliver(*document, stop);
    lock.lock();
    trying_ = false;
    Settle(attempt);
    const size_t waiting = queue_.size();
    const uint64_t dropped = counts_.dropped;
    // A log that nobody reads may block: nobody else shall wait with us.
    lock.unlock();
    LogOutcome(attempt, waiting, dropped);
    lock.lock();
    if (attempt.result == Attempt::Result::kRetry) {
      Pause(lock, stop, was_closed);
    }
  }
}

void Delivery::Tidy(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  sink_->Tidy();
  lock.lock();
}

void Delivery::Settle(const Attempt& attempt) {
  if (attempt.result == Attempt::Result::kDelivered) {
    ++counts_.deliveries;
    pause_ = options_.first_pause;
  } else {
    ++counts_.failures;
  }
  const bool replaced = options_.only_latest && queue_.size() > 1;
  if (attempt.result != Attempt::Result::kRetry || replaced) DropHead();
}

// Cut short by another sink, and once when the delivery was closed since the
// attempt began.
void Delivery::Pause(std::unique_lock<std::mutex>& lock,
                     const std::stop_token& stop, bool was_closed) {
  const auto end = steady_clock::now() + pause_;
  pause_ = std::min(pause_ * 2, options_.longest_pause);
  changed_.wait_until(lock, stop, end, [&] {
    return closed_ != was_closed || next_sink_ != nullptr;
  });
}

void Delivery::LogOutcome(const Attempt& attempt, size_t waiting,
                          uint64_t dropped) {
  const auto now = steady_clock::now();
  const std::string count = std::to_string(waiting);
  switch (attempt.result) {
    case Attempt::Result::kDelivered:
      if (std::exchange(failing_, false)) {
        Log(LogLevel::kInfo, "deliver", "delivery works again",
            {{"sink", name_}, {"waiting", count}});
      }
      break;
    case Attempt::Result::kRetry:
      failing_ = true;
      if (failure_lines_.Allow(now)) {
        Log(LogLevel::kWarn, "deliver", "delivery failed, will be tried again",
            {{"sink", name_}, {"err", attempt.error}, {"waiting", count}});
      }
      break;
    case Attempt::Result::kRefused:
      failing_ = true;
      if (refusal_lines_.Allow(now)) {
        Log(LogLevel::kError, "deliver", "document refused and given up",
            {{"sink", name_}, {"err", attempt.error}, {"waiting", count}});
      }
      break;
  }
  if (dropped != dropped_logged_ && drop_lines_.Allow(now)) {
    Log(LogLevel::kError, "deliver", "queue full, documents lost",
        {{"sink", name_},
         {"documents", std::to_string(dropped - dropped_logged_)}});
    dropped_logged_ = dropped;
  }
}

}  // namespace ipband
