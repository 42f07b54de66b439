// SPDX-License-Identifier: Apache-2.0
//
// A decoded packet: all that the tables ever learn of a frame. And the one
// list of what can become of a frame.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collectors/net/address.h"

namespace ipband {

struct Packet {
  Address source;
  Address destination;
  uint32_t frame_length = 0;  // on the wire, as the capture reports it
  uint32_t ip_length = 0;     // IP total length, without padding
  uint16_t source_port = 0;   // 0 where the protocol or fragment has none
  uint16_t destination_port = 0;
  uint8_t protocol = 0;  // IANA protocol number
  // The IPv4 header's sum is wrong; only known where somebody asked for it.
  bool bad_checksum = false;
};

// Every frame is counted or ignored for the first of these reasons that
// applies.
enum class Outcome : uint8_t {
  kCounted,    // at least one end was credited to a subnet
  kTruncated,  // an address is missing from what was captured
  kMalformed,  // says it is IP, and is not
  kNotIp,
  kNotLocal,  // neither end is local (or in a named subnet)
  kNoRoom,    // an end is local, but no subnet row was free
};
inline constexpr size_t kOutcomes = 6;

}  // namespace ipband
