// SPDX-License-Identifier: Apache-2.0
#include "exporter/clock.h"

namespace ipband {

ClockReading ReadClock() {
  return {std::chrono::system_clock::now().time_since_epoch(),
          std::chrono::steady_clock::now().time_since_epoch()};
}

}  // namespace ipband
