// SPDX-License-Identifier: Apache-2.0
//
// Values that are words: checked the same in every file and on the command
// line. Pure functions; they throw BadValue. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "collectors/net/prefix.h"

namespace ipband {

// A name, a glob or one that takes away ("!veth*"); whether it exists is seen
// when it is opened.
std::string ParseInterfaceName(std::string_view text);

// "/metrics"
std::string ParseTelemetryPath(std::string_view text);

// "10.1.0.0/16", "2001:db8::/32" or one address; host bits are masked off.
Prefix ParseNetwork(std::string_view text);

}  // namespace ipband
