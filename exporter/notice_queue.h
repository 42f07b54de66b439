// SPDX-License-Identifier: Apache-2.0
//
// Brings what the accounting thread has to say to the thread that writes the
// log, so that a log nobody reads cannot stop the capture. Bounded: what does
// not fit is counted.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "collectors/account/notice.h"
#include "collectors/account/wakeup.h"

namespace ipband {

class NoticeQueue {
 public:
  // Any thread.
  void Push(const Notice& notice);
  // The thread that writes the log: what has come since the last call.
  struct Taken {
    std::vector<Notice> notices;
    uint64_t lost = 0;
  };
  Taken Take();

  // Readable when there is something to take.
  const Wakeup& wakeup() const { return wakeup_; }

 private:
  Wakeup wakeup_;
  std::mutex mutex_;
  Taken waiting_;  // guarded by mutex_
};

}  // namespace ipband
