// SPDX-License-Identifier: Apache-2.0
//
// A dump as CSV (RFC 4180, but lines end in a newline alone). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "exporter/dump/dump_page.h"

namespace ipband {

// The first line of a file.
inline constexpr std::string_view kDumpCsvHead =
    "end,address,name,in_bytes,out_bytes,total_bytes\n";

// The rows; what is not shown is the last one, its address is "other".
std::string DumpCsv(const DumpPage& page);

}  // namespace ipband
