// SPDX-License-Identifier: Apache-2.0
#include "exporter/clock.h"

namespace ipband {

ClockReading ReadClock() {
  return {std::chrono::system_clock::now().time_since_epoch(),
          std::chrono::steady_clock::now().time_since_epoch()};
}

int64_t WallSeconds() {
  return std::chrono::floor<std::chrono::seconds>(ReadClock().wall).count();
}

}  // namespace ipband
