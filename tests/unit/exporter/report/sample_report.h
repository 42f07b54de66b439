// SPDX-License-Identifier: Apache-2.0
//
// Reports to render, and the time zone to do it in.
#pragma once

#include <stdlib.h>
#include <time.h>

#include <string>

#include "collectors/account/report.h"

namespace ipband {

inline constexpr int64_t kSampleTime = 1795292955;  // 2026-11-21T20:29:15Z

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

// 10.1.1.0/24 on eth0, over 2 kBps for 4 seconds; without connections.
inline Report SampleReport() {
  Report report;
  report.interface = "eth0";
  report.subnet = ParsePrefix("10.1.1.0/24").value();
  report.at = kSampleTime;
  report.since = report.detail_since = kSampleTime - 4;
  report.accumulated_since = kSampleTime - 24;
  report.threshold = 2048;
  report.bandwidth = 4096;
  report.exceeded_seconds = 4;
  report.accumulated_seconds = 12;
  return report;
}

inline Connection SampleConnection(const char* from, uint16_t from_port,
                                   const char* to, uint16_t to_port,
                                   uint8_t protocol, uint64_t bytes) {
  Connection connection;
  connection.from = ParseAddress(from).value();
  connection.to = ParseAddress(to).value();
  connection.from_port = from_port;
  connection.to_port = to_port;
  connection.protocol = protocol;
  connection.from_bytes = bytes - bytes / 4;
  connection.to_bytes = bytes / 4;
  connection.packets = 2;
  connection.first_seen = kSampleTime - 3;
  connection.last_seen = kSampleTime - 1;
  return connection;
}

}  // namespace ipband
