// SPDX-License-Identifier: Apache-2.0
//
// The name of a dump's file: the configured one, filled in by strftime(3) with
// the end or the start of the dump's period. Local time is the process's (TZ).
// Pure functions; any thread.
//
// In the hour that local time repeats, when clocks are set back, a name that
// a dump of the hour before has had gets the time zone's abbreviation, so that
// nothing is overwritten: "26-Oct.02-30.CET". Not if its dumps share names on
// every other day too ("%d-%b").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectors/meter_options.h"
#include "exporter/config/config.h"

namespace ipband {

// Longer names are none.
inline constexpr size_t kMostDumpNameBytes = 4096;

struct DumpName {
  std::string path;
  // With the dump's time of day, ".HHMMSS": where nothing may be overwritten.
  std::string other_path;
};

std::optional<DumpName> NameOfDump(int64_t at, bool scheduled,
                                   const DumpOptions& options,
                                   const MeterGrid& grid);

}  // namespace ipband
