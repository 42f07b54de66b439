// SPDX-License-Identifier: Apache-2.0
//
// What the web server asks of the main thread: to read the configuration
// again. Those who ask while it is read share the next time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "collectors/account/wakeup.h"

namespace ipband {

class ReloadRequests {
 public:
  // Any thread but main: waits until it was read; the error, empty if all is
  // well.
  std::string Ask();

  // Main: readable when somebody asks.
  const Wakeup& wakeup() const { return wakeup_; }
  // Main: who has asked so far; 0: nobody who has no answer.
  uint64_t Take();
  // Main: to those.
  void Answer(uint64_t taken, const std::string& error);
  // Main: nobody gets an answer any more.
  void Close();

 private:
  Wakeup wakeup_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::condition_variable answered_by_main_;
  uint64_t asked_ = 0;
  uint64_t answered_ = 0;
  std::string error_;
  bool closed_ = false;
};

}  // namespace ipband
