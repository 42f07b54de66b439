// SPDX-License-Identifier: Apache-2.0
//
// The time zone of a test, whatever that of the machine is.
#pragma once

#include <stdlib.h>
#include <time.h>

#include <string>

namespace ipband {

// Local time is this zone's as long as the test lasts.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    const char* before = getenv("TZ");
    if (before != nullptr) before_ = before;
    had_ = before != nullptr;
    setenv("TZ", zone, 1);
    tzset();
  }
  ~TimeZone() {
    if (had_) {
      setenv("TZ", before_.c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  std::string before_;
  bool had_ = false;
};

}  // namespace ipband
