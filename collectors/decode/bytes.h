// SPDX-License-Identifier: Apache-2.0
//
// Big-endian fields out of captured bytes, read one byte at a time: frames
// are not aligned and never trusted, so nothing is cast onto them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ipband {

using Bytes = std::span<const uint8_t>;

// REQUIRES: the field lies within `bytes`.
inline uint16_t Read16(Bytes bytes, size_t at) noexcept {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline uint32_t Read32(Bytes bytes, size_t at) noexcept {
  return uint32_t{Read16(bytes, at)} << 16 | Read16(bytes, at + 2);
}

inline uint64_t Read64(Bytes bytes, size_t at) noexcept {
  return uint64_t{Read32(bytes, at)} << 32 | Read32(bytes, at + 4);
}

}  // namespace ipband
