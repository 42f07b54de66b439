// SPDX-License-Identifier: Apache-2.0
//
// The URLs of a configuration: checked in form, never opened. A password in
// one is left out of every message. Pure functions; they throw BadValue. Any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace ipband {

// "https://user:password@alerts.example.net/hook?team=net"
std::string ParseWebhookUrl(std::string_view text);

// Where readers find the program, "https://example.net/ipband". A slash at the
// end is taken off, so that a path can be added.
std::string ParseExternalUrl(std::string_view text);

// "mail.example.net:25", or "smtp[s]://[user[:password]@]host[:port]"
std::string ParseMailServer(std::string_view text);

}  // namespace ipband
