// SPDX-License-Identifier: Apache-2.0
//
// The only place where a clock is read. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "collectors/account/live_loop.h"

namespace ipband {

ClockReading ReadClock();
// The wall clock, in seconds since the epoch.
int64_t WallSeconds();
double WallTime();
// How long poll(2) may wait for that moment, in ms: 0 when it has come, at most
// an hour, -1 if there is none.
int PollTimeout(std::optional<std::chrono::steady_clock::time_point> end);

}  // namespace ipband
