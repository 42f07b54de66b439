// SPDX-License-Identifier: Apache-2.0
//
// The part of a URL behind the "?" as names and values. Whatever a client
// sends comes here first, so what is too long, in two meanings or not plain
// text is refused. Pure functions; any thread.
#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ipband {

// One line: what is wrong with a query, or with a value in it. Holds nothing
// of what was sent.
struct BadQuery : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// UTF-8 without control characters.
using Query = std::map<std::string, std::string, std::less<>>;

// "a=b&c=d", percent-decoded, "+" being a blank; a name without "=" has an
// empty value. At most 4 KiB and 64 parameters. Throws BadQuery.
Query ParseQuery(std::string_view text);

// As it may stand in a URL, as one segment of the path or as a value.
std::string PercentEncode(std::string_view text);

}  // namespace ipband
