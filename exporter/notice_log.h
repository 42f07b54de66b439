// SPDX-License-Identifier: Apache-2.0
//
// What the accounting thread has to say, as lines of the log.
#pragma once

#include <string>

#include "collectors/account/notice.h"
#include "collectors/account/traffic.h"

namespace ipband {

// Main: writes the line.
void LogNotice(const Notice& notice);

// The accounting thread: what a verdict says.
Notice NoticeOf(const std::string& interface, const SubnetRow& subnet,
                const ThresholdEvent& event);

}  // namespace ipband
