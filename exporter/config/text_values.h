// SPDX-License-Identifier: Apache-2.0
//
// Values that are words: checked the same in every file and on the command
// line. Pure functions; they throw BadValue. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/net/prefix.h"

namespace ipband {

// A name, a glob or one that takes away ("!veth*"); whether it exists is seen
// when it is opened.
std::string ParseInterfaceName(std::string_view text);

// "/metrics"
std::string ParseTelemetryPath(std::string_view text);

// "10.1.0.0/16", "2001:db8::/32" or one address; host bits are masked off.
Prefix ParseNetwork(std::string_view text);

// One line of text without control characters, so that it can stand in a mail
// header, a log line or a file name. May be empty.
std::string ParseTextLine(std::string_view text);

// A file to write to, "-" for standard output; not empty.
std::string ParseOutputName(std::string_view text);

// A directory; not empty.
std::string ParseDirectoryName(std::string_view text);

// "ops@example.net, Net Team <net@example.net>": cut at commas outside of
// double quotes. What is left between two commas may be nothing.
std::vector<std::string> ParseMailAddresses(std::string_view text);

// The same text in one piece. ipband: it is the mail's header as it stands.
std::vector<std::string> ParseMailHeader(std::string_view text);

}  // namespace ipband
