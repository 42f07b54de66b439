// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

namespace ipband {
namespace {

uint64_t LoadBigEndian(const unsigned char* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

void StoreBigEndian(uint64_t value, unsigned char* bytes) {
  for (int i = 7; i >= 0; --i, value >>= 8) {
    bytes[i] = static_cast<unsigned char>(value & 0xff);
  }
}

}  // namespace

std::optional<Address> ParseAddress(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
  // inet_pton would not see what stands behind it.
  if (text.find('\0') != text.npos) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());

  in_addr v4{};
  if (inet_pton(AF_INET, terminated.data(), &v4) == 1) {
    return Address::V4(ntohl(v4.s_addr));
  }
  std::array<unsigned char, 16> v6{};
  if (inet_pton(AF_INET6, terminated.data(), v6.data()) == 1) {
    return Address::V6(LoadBigEndian(v6.data()), LoadBigEndian(&v6[8]));
  }
  return std::nullopt;
}

char* FormatAddress(const Address& address, char* out) {
  if (address.family == Family::kIpv4) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out = std::to_chars(out, out + 3, (address.low >> shift) & 0xff).ptr;
      if (shift > 0) *out++ = '.';
    }
    return out;
  }
  std::array<unsigned char, 16> bytes{};
  StoreBigEndian(address.high, bytes.data());
  StoreBigEndian(address.low, &bytes[8]);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  const size_t length = std::strlen(text.data());
  std::memcpy(out, text.data(), length);
  return out + length;
}

std::string ToString(const Address& address) {
  std::array<char, kMaxAddressText> text{};
  return {text.data(), FormatAddress(address, text.data())};
}

}  // namespace ipband
