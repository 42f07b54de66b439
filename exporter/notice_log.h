// SPDX-License-Identifier: Apache-2.0
//
// What the accounting thread has to say, as lines of the log.
#pragma once

#include <string>

#include "collectors/account/notice.h"
#include "collectors/account/traffic.h"
#include "exporter/notice_queue.h"

namespace ipband {

// Main: writes the lines of all that waits.
void LogNotices(NoticeQueue& notices);

// The accounting thread: what a verdict says.
Notice NoticeOf(const std::string& interface, const SubnetRow& subnet,
                const ThresholdEvent& event);

}  // namespace ipband
