// SPDX-License-Identifier: Apache-2.0
//
// States to write and read back, and what makes two of them equal.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "collectors/account/traffic_state.h"
#include "exporter/state/state_json.h"

namespace ipband {

// The bindings do not compile once a struct has a new field, so that none is
// forgotten here and in state_json.cc.
inline auto Fields(const Watch& watch) {
  const auto& [active, reported, started, report_clock, last_not_clear,
               detail_since, dropped, exceeded, accumulated] = watch;
  return std::tie(active, reported, started, report_clock, last_not_clear,
                  detail_since, dropped, exceeded, accumulated);
}

inline bool operator==(const Watch& a, const Watch& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const JudgedBytes& bytes) {
  const auto& [total, receive, transmit] = bytes;
  return std::tie(total, receive, transmit);
}

inline bool operator==(const JudgedBytes& a, const JudgedBytes& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const SubnetState& row) {
  const auto& [subnet, watch, period, last_report, last_report_start,
               bandwidth] = row;
  return std::tie(subnet, watch, period, last_report, last_report_start,
                  bandwidth);
}

inline bool operator==(const SubnetState& a, const SubnetState& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const CaptureState& capture) {
  const auto& [interface, captured_until, period_start, missed_seconds,
               subnets] = capture;
  return std::tie(interface, captured_until, period_start, missed_seconds,
                  subnets);
}

inline bool operator==(const CaptureState& a, const CaptureState& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const TrafficState& state) {
  const auto& [saved_at, averaging_period, accumulated_since, captures] = state;
  return std::tie(saved_at, averaging_period, accumulated_since, captures);
}

inline bool operator==(const TrafficState& a, const TrafficState& b) {
  return Fields(a) == Fields(b);
}

inline TrafficState ParseStateJson(std::string_view text) {
  return ReadStateJson([&] { return std::exchange(text, {}); });
}

// Every field is set, each to another value.
inline TrafficState SomeState() {
  const SubnetState watched = {
      .subnet = *ParsePrefix("10.1.1.0/24"),
      .watch = {.active = true,
                .reported = true,
                .started = 1763756000,
                .report_clock = 1763756300,
                .last_not_clear = 1763756420,
                .detail_since = 1763756002,
                .dropped_packets = 17,
                .exceeded_seconds = 420,
                .accumulated_seconds = 86461},
      .period = {.total = 7000001, .receive = 3000000, .transmit = 4000001},
      .last_report = 1763756301,
      .last_report_start = 1763756001,
      .bandwidth = 7168};
  const SubnetState quiet = {.subnet = *ParsePrefix("2001:db8:82::/56"),
                             .period = {.total = 1, .receive = 2}};
  return {.saved_at = 1763756431,
          .averaging_period = 60,
          .accumulated_since = 1763000000,
          .captures = {{.interface = "eth0",
                        .captured_until = 1763756430,
                        .period_start = 1763756422,
                        .missed_seconds = 3,
                        .subnets = {watched, quiet}},
                       {.interface = "br \"\xc3\xa9\"\n", .period_start = 7}}};
}

}  // namespace ipband
