// SPDX-License-Identifier: Apache-2.0
//
// Asks an exporter again every second, or less often where an answer takes
// long, on a thread of its own: one that does not answer must not keep a key
// from being heard.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "exporter/control/top_source.h"
#include "exporter/descriptor.h"

namespace ipband {

class TopAsking {
 public:
  // Asks from here on. Throws Error.
  explicit TopAsking(const TopOptions& options);

  // Readable when there is something new, until Latest is called.
  int descriptor() const { return news_.value(); }

  struct State {
    std::optional<TopView> view;  // the last that came
    std::string error;            // why no newer one has come; empty: it has
  };
  State Latest();

 private:
  void Run(const std::stop_token& stop);
  // Whether there is an answer.
  bool AskOnce(const std::stop_token& stop);

  TopSource source_;  // the thread's
  Descriptor news_;
  std::mutex mutex_;
  std::condition_variable_any pause_;
  State state_;  // guarded by mutex_
  // The last member: it is joined before the others go.
  std::jthread thread_;
};

}  // namespace ipband
