// SPDX-License-Identifier: Apache-2.0
//
// Hosts and ports as they stand in listen addresses, URLs and names of mail
// servers. Only their form: no name is looked up. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ipband {

// An address or a name; an IPv6 address here has no brackets.
bool IsHost(std::string_view text);

// An address that stands in [ ]; a zone (%eth0) may follow an IPv6 address.
bool IsBracketedHost(std::string_view text);

// 0 to 65535
std::optional<uint16_t> ParsePort(std::string_view text);

// "example.net", "192.0.2.1:25", "[::1]:25". Port 0 is no port to go to.
struct HostPort {
  std::string_view host;  // without brackets
  std::optional<uint16_t> port;
};
std::optional<HostPort> ParseHostPort(std::string_view text);

}  // namespace ipband
