// SPDX-License-Identifier: Apache-2.0
//
// A dump as one line of JSON with its newline; times are RFC 3339 in UTC.
// Pure function.
#pragma once

#include <string>

#include "exporter/dump/dump_page.h"

namespace ipband {

std::string DumpJson(const DumpPage& page);

}  // namespace ipband
