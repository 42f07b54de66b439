// SPDX-License-Identifier: Apache-2.0
//
// A dump as ipfm lays it out, byte for byte, with its name and version: old
// scripts look for them. Local time is the process's (TZ). Pure function.
#pragma once

#include <string>

#include "exporter/dump/dump_page.h"

namespace ipband {

// Without the empty line that follows in a file of several dumps.
std::string DumpText(const DumpPage& page);

}  // namespace ipband
