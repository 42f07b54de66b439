// SPDX-License-Identifier: Apache-2.0
//
// An IPv4 or IPv6 address as a plain value. The family is part of the value:
// the IPv6 address ::ffff:10.0.0.1 is not the IPv4 address 10.0.0.1, whatever
// a hostile sender writes into a header. Safe to use from any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ipband {

enum class Family : uint8_t { kIpv4 = 4, kIpv6 = 6 };

// Bits in an address of this family.
constexpr int AddressBits(Family family) {
  return family == Family::kIpv4 ? 32 : 128;
}

struct Address {
  Family family = Family::kIpv4;
  uint64_t high = 0;  // always 0 for IPv4
  uint64_t low = 0;   // IPv4: the 32 bits in host order

  static constexpr Address V4(uint32_t bits) {
    return {Family::kIpv4, 0, bits};
  }
  static constexpr Address V6(uint64_t high, uint64_t low) {
    return {Family::kIpv6, high, low};
  }
  // IPv4 before IPv6, then numerically.
  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

// Dotted decimal or RFC 4291 text; nothing else (no octal, no short forms).
std::optional<Address> ParseAddress(std::string_view text);

// The longest text FormatAddress writes.
inline constexpr int kMaxAddressText = 45;

// Writes the address (RFC 5952 for IPv6) to `out`, which has room for
// kMaxAddressText characters; returns the end. No terminating NUL.
char* FormatAddress(const Address& address, char* out);

std::string ToString(const Address& address);

}  // namespace ipband
