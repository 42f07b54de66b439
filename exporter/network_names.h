// SPDX-License-Identifier: Apache-2.0
//
// Names of networks from the system's networks file, networks(5).
#pragma once

#include <map>
#include <string>

#include "collectors/net/address.h"

namespace ipband {

// By network address: 10.2.2 in the file is 10.2.2.0. Empty if there is no
// such file; without names that are not UTF-8.
std::map<Address, std::string> ReadNetworkNames(
    const std::string& file = "/etc/networks");

}  // namespace ipband
