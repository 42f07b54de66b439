// SPDX-License-Identifier: Apache-2.0
//
// Meters to write and read back, their JSON as one text, and what makes two of
// them equal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "collectors/meter/meter_state.h"
#include "exporter/state/meter_state_json.h"

namespace ipband {

// The bindings do not compile once a struct has a new field, so that none is
// forgotten here and in meter_state_json.cc.
inline auto Fields(const DumpRow& row) {
  const auto& [address, in, out] = row;
  return std::tie(address, in, out);
}

inline bool operator==(const DumpRow& a, const DumpRow& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const NotShown& not_shown) {
  const auto& [hosts, more_hosts, in, out] = not_shown;
  return std::tie(hosts, more_hosts, in, out);
}

inline bool operator==(const NotShown& a, const NotShown& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const MeterTableState& table) {
  const auto& [interface, next_dump, rows, not_shown] = table;
  return std::tie(interface, next_dump, rows, not_shown);
}

inline bool operator==(const MeterTableState& a, const MeterTableState& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const MeterState& meter) {
  const auto& [name, since, tables] = meter;
  return std::tie(name, since, tables);
}

inline bool operator==(const MeterState& a, const MeterState& b) {
  return Fields(a) == Fields(b);
}

inline auto Fields(const MetersState& state) {
  const auto& [saved_at, meters] = state;
  return std::tie(saved_at, meters);
}

inline bool operator==(const MetersState& a, const MetersState& b) {
  return Fields(a) == Fields(b);
}

inline std::string MetersJson(const MetersState& state) {
  std::string text;
  WriteMetersStateJson(state, [&](std::string_view piece) { text += piece; });
  return text;
}

inline MetersState ParseMetersJson(std::string_view text,
                                   size_t piece = size_t{64} << 10) {
  return ReadMetersStateJson([&] {
    const std::string_view next = text.substr(0, piece);
    text.remove_prefix(next.size());
    return next;
  });
}

// Every field is set, each to another value.
inline MetersState SomeMeters() {
  const MeterTableState full = {
      .interface = "eth0",
      .next_dump = 1763769600,
      .rows = {{*ParseAddress("10.0.0.1"), 123, 456},
               {*ParseAddress("255.255.255.255"), 0, 7},
               {*ParseAddress("2001:db8::1"), 8, 0},
               {*ParseAddress("::ffff:10.0.0.1"), 9, 10}},
      .not_shown = {.hosts = 17, .more_hosts = true, .in = 18, .out = 19}};
  return {
      .saved_at = 1763756431,
      .meters = {
          {.meter = "campus", .since = 1763683200, .tables = {full, {"v1"}}},
          {.meter = "br \"\xc3\xa9\"\n", .since = 5},
          {.meter = "other", .tables = {{.interface = "eth0"}}}}};
}

// A table with so many hosts.
inline MetersState MetersWith(uint32_t hosts) {
  MeterTableState table = {.interface = "eth0"};
  table.rows.reserve(hosts);
  for (uint32_t i = 0; i < hosts; ++i) {
    table.rows.push_back({Address::V4(i), i, 1});
  }
  MetersState state;
  state.meters.push_back({.meter = "campus"});
  state.meters[0].tables.push_back(std::move(table));
  return state;
}

}  // namespace ipband
