// SPDX-License-Identifier: Apache-2.0
//
// A dump with all that is needed to write it down, in any of the formats.
#pragma once

#include <chrono>

#include "collectors/meter/dump.h"
#include "exporter/dump/dump_table.h"
#include "exporter/report/host_names.h"

namespace ipband {

struct DumpPage {
  Dump dump;  // its parts are in the table
  DumpTable table;
  HostNameMap names;  // each one word
  std::chrono::seconds every{0};
  bool local_time = true;  // else UTC; of the text only
};

}  // namespace ipband
