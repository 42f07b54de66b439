// SPDX-License-Identifier: Apache-2.0
//
// The way of documents to one sink: a bounded queue and a thread of its own,
// so that a sink that hangs stalls nobody. A document that could not be
// delivered stays at the head and is tried again, however long that takes.
// Submit may be called from any thread and neither waits nor logs; everything
// is logged by the delivery's thread. Nothing throws after construction.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "exporter/deliver/sink.h"
#include "exporter/log.h"

namespace ipband {

struct DeliveryOptions {
  // What may wait, the document in hand included. Hundreds of subnets may have
  // a report at the same second: it is memory that must be bounded. A document
  // larger than `most_bytes` is taken by an empty queue.
  size_t most_documents = 10'000;
  size_t most_bytes = size_t{64} << 20;
  // Between two attempts; doubles up to `longest_pause`.
  std::chrono::milliseconds first_pause{1000};
  std::chrono::milliseconds longest_pause{60000};
  // A newer document takes the place of those that wait; they are not lost.
  bool only_latest = false;
  // How often a sink with nothing to deliver tidies.
  std::chrono::milliseconds tidy_period{10 * 60 * 1000};
};

struct DeliveryCounts {
  uint64_t deliveries = 0;
  uint64_t failures = 0;       // attempts
  uint64_t dropped = 0;        // refused by the full queue
  uint64_t undelivered = 0;    // waiting or in hand now
  uint64_t waiting_bytes = 0;  // of these
};

class Delivery {
 public:
  // `name` says which sink it is, in log lines: "mail".
  Delivery(std::string name, std::unique_ptr<Sink> sink,
           const DeliveryOptions& options);
  // Gives up at once what is still waiting; call Finish before.
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  const std::string& name() const { return name_; }

  // False: the queue is full or closed, the document is lost and counted.
  bool Submit(std::shared_ptr<const Document> document);
  // For a replay of files, which loses nothing: waits for room. False only
  // when `stop` was requested or the delivery closed.
  bool SubmitWhenRoom(std::shared_ptr<const Document> document,
                      std::stop_token stop);

  // From now on: what waits goes there as well.
  void ReplaceSink(std::unique_ptr<Sink> sink, const DeliveryOptions& options);

  // Takes nothing more and tries at once what is waiting. Several deliveries
  // that share a deadline are all closed before the first is finished.
  void Close();
  // Closes, waits until all is delivered or `deadline` is over, and ends the
  // thread. What is left is given up, with a log line, and the answer false.
  bool Finish(std::chrono::steady_clock::time_point deadline);

  DeliveryCounts counts() const;

 private:
  bool HasRoom(const Document& document) const;
  void Enqueue(std::shared_ptr<const Document> document);
  void DropHead();
  void Run(const std::stop_token& stop);
  void Tidy(std::unique_lock<std::mutex>& lock);
  void Settle(const Attempt& attempt);
  void Pause(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
             bool was_closed);
  void LogOutcome(const Attempt& attempt, size_t waiting, uint64_t dropped);

  const std::string name_;
  std::unique_ptr<Sink> sink_;  // used by the thread only

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable_any changed_;
  std::unique_ptr<Sink> next_sink_;  // the first, or one to take its place
  DeliveryOptions options_;
  std::deque<std::shared_ptr<const Document>> queue_;
  DeliveryCounts counts_;
  std::chrono::milliseconds pause_;
  bool trying_ = false;  // the head is in the sink's hands
  bool closed_ = false;

  // Used by the thread only.
  LogLimiter failure_lines_;
  LogLimiter refusal_lines_;
  LogLimiter drop_lines_;
  bool failing_ = false;
  uint64_t dropped_logged_ = 0;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace ipband
