// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/utf8.h"

#include <cstdint>

namespace ipband {
namespace {

// What a lead byte says: how many bytes follow, and the least code point that
// needs so many.
struct Lead {
  size_t following;
  uint32_t bits;
  uint32_t least;
};

Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {0, byte, 0};
  if (byte >> 5 == 0x6) return {1, byte & 0x1fu, 0x80};
  if (byte >> 4 == 0xe) return {2, byte & 0x0fu, 0x800};
  if (byte >> 3 == 0x1e) return {3, byte & 0x07u, 0x10000};
  return {0, 0, 1};  // no lead byte: less than the least
}

}  // namespace

size_t Utf8CharacterLength(std::string_view text) {
  if (text.empty()) return 0;
  const Lead lead = LeadOf(static_cast<unsigned char>(text[0]));
  if (lead.following >= text.size()) return 0;
  uint32_t point = lead.bits;
  for (size_t i = 1; i <= lead.following; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >> 6 != 2) return 0;
    point = point << 6 | (byte & 0x3fu);
  }
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < lead.least || point > 0x10ffff || is_surrogate) return 0;
  return lead.following + 1;
}

size_t Utf8Length(std::string_view text) {
  size_t length = 0;
  while (length < text.size()) {
    const size_t next = Utf8CharacterLength(text.substr(length));
    if (next == 0) break;
    length += next;
  }
  return length;
}

std::string EscapeInvalidUtf8(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string valid;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    valid += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text[0]);
    valid += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    text.remove_prefix(1);
  }
  return valid;
}

}  // namespace ipband
