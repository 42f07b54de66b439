// SPDX-License-Identifier: Apache-2.0
//
// Where the web server listens. Checks the form only; whether the name
// resolves and the port is free is seen when the server starts. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ipband {

struct ListenAddress {
  std::string host;       // empty: every address; without brackets
  uint16_t port = 0;      // 0: any that is free
  std::string unix_path;  // not empty: a Unix socket, and no host or port
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// ":10059", "192.0.2.1:10059", "[::1]:10059", "[192.0.2.1]:10059",
// "localhost:10059" or "unix:/run/x.sock". Throws BadValue.
ListenAddress ParseListenAddress(std::string_view text);

}  // namespace ipband
