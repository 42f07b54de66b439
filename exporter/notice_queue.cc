// SPDX-License-Identifier: Apache-2.0
#include "exporter/notice_queue.h"

#include <utility>

namespace ipband {
namespace {

constexpr size_t kMost = 1024;

}  // namespace

void NoticeQueue::Push(const Notice& notice) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.notices.size() < kMost) {
      waiting_.notices.push_back(notice);
    } else {
      ++waiting_.lost;
    }
  }
  wakeup_.Signal();
}

NoticeQueue::Taken NoticeQueue::Take() {
  wakeup_.Clear();
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

}  // namespace ipband
