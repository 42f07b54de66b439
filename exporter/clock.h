// SPDX-License-Identifier: Apache-2.0
//
// The only place where a clock is read. Any thread.
#pragma once

#include "collectors/account/live_loop.h"

namespace ipband {

ClockReading ReadClock();

}  // namespace ipband
