// SPDX-License-Identifier: Apache-2.0
//
// Which addresses are local, in the notations of the YAML list
// `accounting.local` and of ipband's -L and localrange. Pure functions; they
// throw BadValue. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/accounting_options.h"

namespace ipband {

// Nothing local yet; what a list of elements is added to.
LocalOptions NothingLocal();

// Adds one element: auto, any, 10.1.0.0/16, 10.1.2.3, 10.1 (every address that
// begins with these octets), 10.1.2.3-10.1.2.9, 2001:db8::/32, or a range of
// IPv6 addresses.
void AddLocal(std::string_view element, LocalOptions& local);

// The elements that AddLocal makes this of. REQUIRES: something is local.
std::vector<std::string> LocalElements(const LocalOptions& local);

// A list with ':' between its elements, so without IPv6.
LocalOptions ParseLocalList(std::string_view list);

// One to four decimal octets, the missing ones being 0: 10.1 is 10.1.0.0 and
// two octets. Nothing if the text is something else.
struct Octets {
  uint32_t address = 0;
  int count = 0;
};
std::optional<Octets> ParseOctets(std::string_view text);

}  // namespace ipband
