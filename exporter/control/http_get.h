// SPDX-License-Identifier: Apache-2.0
//
// One GET over http or https, for the hand. Limited in time and size. Any
// thread.
#pragma once

#include <stop_token>
#include <string>

namespace ipband {

// The body of the answer. Ends soon after `stop` is requested. Throws Error:
// why there is no answer, or what the server says instead of it.
std::string HttpGet(const std::string& url, std::stop_token stop);

// A base and a path that begins with "/", with one slash between them.
std::string UrlOf(std::string base, const std::string& path);

// What is to follow the path, with one value more; nothing for an empty one.
void AddToQuery(std::string& query, const char* name, const std::string& value);

// As it may be shown: without user and password.
std::string WithoutPassword(const std::string& url);

}  // namespace ipband
