// SPDX-License-Identifier: Apache-2.0
//
// Reports to render, and the time zone to do it in.
#pragma once

#include "collectors/account/report.h"
#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {

inline constexpr int64_t kSampleTime = 1795292955;  // 2026-11-21T20:29:15Z

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
