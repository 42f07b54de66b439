// SPDX-License-Identifier: Apache-2.0
//
// From captured bytes to a Packet, for every frame, on the accounting thread.
// The bytes are hostile: everything is bounds-checked, nothing throws.
#pragma once

#include <cstdint>

#include "collectors/decode/bytes.h"
#include "collectors/decode/link_layer.h"
#include "collectors/decode/packet.h"

namespace ipband {

// Whether IPv4 header sums are worked out. Offloads leave them blank, so that
// few want to know.
enum class Checksums : uint8_t { kIgnore, kVerify };

// `wire_length`: what the frame measured on the wire; `frame` may hold less.
// Fills `packet` and returns kCounted, or returns kTruncated, kMalformed or
// kNotIp and leaves `packet` in any state.
Outcome Decode(LinkType type, Bytes frame, uint32_t wire_length, Packet& packet,
               Checksums checksums = Checksums::kIgnore) noexcept;

}  // namespace ipband
