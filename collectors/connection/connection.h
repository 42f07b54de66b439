// SPDX-License-Identifier: Apache-2.0
//
// One connection of a watched subnet, as a report shows it. Plain data.
#pragma once

#include <cstdint>
#include <tuple>

#include "collectors/net/address.h"

namespace ipband {

// ipband: both directions are one line; the numerically smaller address is
// always `from`, whoever began. Of two equal addresses the smaller port is.
struct Connection {
  Address from;
  Address to;
  uint16_t from_port = 0;
  uint16_t to_port = 0;
  uint8_t protocol = 0;     // IANA protocol number
  uint64_t from_bytes = 0;  // sent by `from`
  uint64_t to_bytes = 0;    // sent by `to`
  uint64_t packets = 0;
  int64_t first_seen = 0;  // seconds since the epoch
  int64_t last_seen = 0;

  uint64_t bytes() const { return from_bytes + to_bytes; }
  // What makes a connection, in the order of reports.
  auto key() const { return std::tie(from, to, from_port, to_port, protocol); }
};

// What found no row of its own, as one sum.
struct OtherConnections {
  uint64_t connections = 0;  // that once had a row; those without are unknown
  uint64_t bytes = 0;
  uint64_t packets = 0;
};

}  // namespace ipband
