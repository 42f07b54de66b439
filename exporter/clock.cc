// SPDX-License-Identifier: Apache-2.0
#include "exporter/clock.h"

#include <algorithm>

namespace ipband {

ClockReading ReadClock() {
  return {std::chrono::system_clock::now().time_since_epoch(),
          std::chrono::steady_clock::now().time_since_epoch()};
}

int64_t WallSeconds() {
  return std::chrono::floor<std::chrono::seconds>(ReadClock().wall).count();
}

double WallTime() {
  return std::chrono::duration<double>(ReadClock().wall).count();
}

int PollTimeout(std::optional<std::chrono::steady_clock::time_point> end) {
  using std::chrono::milliseconds;
  if (!end) return -1;
  const auto left =
      std::chrono::ceil<milliseconds>(*end - std::chrono::steady_clock::now());
  return static_cast<int>(
      std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(1)))
          .count());
}

}  // namespace ipband
