// SPDX-License-Identifier: Apache-2.0
//
// Makes a listen address ready for CivetWeb, which would tell only that "some
// port" could not be opened: names are resolved, each address is tried out
// once, and what goes wrong is said with the address and the reason. Used at
// start, from one thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/listen_address.h"

namespace ipband {

struct Listener {
  std::string spec;       // an entry of CivetWeb's listening_ports
  std::string host;       // as in a URL, without the port
  std::string unix_path;  // empty for TCP
};

// In the order given, but Unix sockets last: CivetWeb takes an entry with a
// colon anywhere behind it for a host name. A socket file that nobody listens
// on is removed. Throws Error.
std::vector<Listener> PrepareListeners(
    const std::vector<ListenAddress>& addresses);

}  // namespace ipband
