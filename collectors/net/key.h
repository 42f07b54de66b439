// SPDX-License-Identifier: Apache-2.0
//
// What the tables look things up by: an address as seen on one capture, and
// its hash. The hash is keyed with random bits, so that nobody can choose
// addresses that all fall on one place in a table.
#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "collectors/net/address.h"

namespace ipband {

// Numbers captures from 0, in the order they were added.
using CaptureId = uint16_t;

struct Key {
  Address address;
  CaptureId capture = 0;
  // By capture, then by address.
  friend constexpr auto operator<=>(const Key& a, const Key& b) {
    const auto captures = a.capture <=> b.capture;
    return captures != 0 ? captures : a.address <=> b.address;
  }
  friend constexpr bool operator==(const Key&, const Key&) = default;
};

__extension__ using Uint128 = unsigned __int128;

// The 128-bit product of both, folded.
constexpr uint64_t FoldedProduct(uint64_t a, uint64_t b) {
  const Uint128 product = Uint128{a} * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

constexpr uint64_t Hash(const Key& key, uint64_t seed) {
  const uint64_t kind =
      uint64_t{key.capture} << 8 | static_cast<uint64_t>(key.address.family);
  const uint64_t half =
      FoldedProduct(key.address.high ^ seed ^ 0x9e3779b97f4a7c15,
                    kind ^ std::rotl(seed, 32) ^ 0xd1b54a32d192ed03);
  return FoldedProduct(key.address.low ^ half, seed ^ 0x8cb92ba72f3d8dd7);
}

// Spreads a hash evenly over `slots` places (no power of two needed).
constexpr size_t SlotOf(uint64_t hash, size_t slots) {
  return static_cast<size_t>(Uint128{hash} * slots >> 64);
}

// Whether an entry at `slot`, whose hash asks for `home`, may move to the hole
// that was made before it in the same run: not to before its home.
constexpr bool MayFill(size_t hole, size_t slot, size_t home) {
  const bool home_is_behind = hole <= slot ? (hole < home && home <= slot)
                                           : (hole < home || home <= slot);
  return !home_is_behind;
}

}  // namespace ipband
