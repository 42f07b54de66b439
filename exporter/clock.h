// SPDX-License-Identifier: Apache-2.0
//
// The only place where a clock is read. Any thread.
#pragma once

#include <cstdint>

#include "collectors/account/live_loop.h"

namespace ipband {

ClockReading ReadClock();
// The wall clock, in seconds since the epoch.
int64_t WallSeconds();

}  // namespace ipband
