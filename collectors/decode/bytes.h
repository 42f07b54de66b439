// SPDX-License-Identifier: Apache-2.0
//
// Big-endian fields out of captured bytes. Frames are not aligned, so nothing
// is cast onto them: fields are copied, which is one load.
#pragma once

#include <endian.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ipband {

using Bytes = std::span<const uint8_t>;

// REQUIRES, as those below: the field lies within `bytes`.
inline uint16_t Read16(Bytes bytes, size_t at) noexcept {
  uint16_t field;
  std::memcpy(&field, &bytes[at], sizeof field);
  return be16toh(field);
}

inline uint32_t Read32(Bytes bytes, size_t at) noexcept {
  uint32_t field;
  std::memcpy(&field, &bytes[at], sizeof field);
  return be32toh(field);
}

inline uint64_t Read64(Bytes bytes, size_t at) noexcept {
  uint64_t field;
  std::memcpy(&field, &bytes[at], sizeof field);
  return be64toh(field);
}

}  // namespace ipband
