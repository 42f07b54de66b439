// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/prefix.h"

#include <charconv>

namespace ipband {
namespace {

// The top `bits` bits set, 0 to 64.
constexpr uint64_t TopBits(int bits) {
  return bits <= 0 ? 0 : ~uint64_t{0} << (64 - bits);
}

struct Mask {
  uint64_t high;
  uint64_t low;
};

constexpr Mask NetworkMask(Family family, int bits) {
  if (family == Family::kIpv4) return {0, TopBits(bits) >> 32};
  return {TopBits(bits > 64 ? 64 : bits), TopBits(bits - 64)};
}

}  // namespace

Address FirstAddress(const Address& address, int bits) {
  const Mask mask = NetworkMask(address.family, bits);
  return {address.family, address.high & mask.high, address.low & mask.low};
}

Address LastAddress(const Address& address, int bits) {
  const Mask all = NetworkMask(address.family, AddressBits(address.family));
  const Mask mask = NetworkMask(address.family, bits);
  return {address.family, address.high | (all.high & ~mask.high),
          address.low | (all.low & ~mask.low)};
}

Prefix PrefixAround(const Address& address, int bits) {
  return {FirstAddress(address, bits), bits};
}

std::optional<Prefix> ParsePrefix(std::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<Address> address = ParseAddress(text.substr(0, slash));
  if (!address) return std::nullopt;
  int bits = AddressBits(address->family);
  if (slash != std::string_view::npos) {
    const char* begin = text.data() + slash + 1;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, bits);
    if (error != std::errc{} || rest != end || bits < 0 ||
        bits > AddressBits(address->family)) {
      return std::nullopt;
    }
  }
  return PrefixAround(*address, bits);
}

std::string ToString(const Prefix& prefix) {
  return ToString(prefix.network) + "/" + std::to_string(prefix.bits);
}

AddressRange RangeOf(const Prefix& prefix) {
  return {prefix.network, LastAddress(prefix.network, prefix.bits)};
}

}  // namespace ipband
