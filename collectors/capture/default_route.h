// SPDX-License-Identifier: Apache-2.0
//
// The interface that traffic to everywhere else goes out by. Asked for once a
// second by the accounting thread, so neither way reads a routing table to its
// end: a router's may have a million lines.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace ipband {

// IPv4's before IPv6's.
std::optional<std::string> DefaultRouteInterface();

// That of /proc/net/route, in which the default routes stand first.
std::optional<std::string> DefaultRouteIn(std::istream& table);

}  // namespace ipband
