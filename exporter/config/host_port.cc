// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/host_port.h"

#include <algorithm>
#include <charconv>

#include "collectors/net/address.h"

namespace ipband {
namespace {

constexpr size_t kMaxHost = 253;

bool IsHostLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

bool IsHost(std::string_view text) {
  if (ParseAddress(text)) return true;
  // Digits and dots only: an address with a slip of the pen, not a name.
  if (text.find_first_not_of("0123456789.") == std::string_view::npos) {
    return false;
  }
  return text.size() <= kMaxHost &&
         std::all_of(text.begin(), text.end(), IsHostLetter);
}

bool IsBracketedHost(std::string_view text) {
  const size_t percent = text.find('%');
  const std::optional<Address> address = ParseAddress(text.substr(0, percent));
  if (!address) return false;
  if (percent == std::string_view::npos) return true;
  const std::string_view zone = text.substr(percent + 1);
  return address->family == Family::kIpv6 && !zone.empty() &&
         std::all_of(zone.begin(), zone.end(), IsHostLetter);
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return port;
}

std::optional<HostPort> ParseHostPort(std::string_view text) {
  HostPort result;
  const size_t bracket = text.find(']');
  const size_t colon =
      text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    result.port = ParsePort(text.substr(colon + 1));
    if (result.port.value_or(0) == 0) return std::nullopt;
  }
  result.host = text.substr(0, colon);
  if (result.host.starts_with('[') && result.host.ends_with(']')) {
    result.host = result.host.substr(1, result.host.size() - 2);
    if (!IsBracketedHost(result.host)) return std::nullopt;
  } else if (!IsHost(result.host)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace ipband
