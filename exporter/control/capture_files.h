// SPDX-License-Identifier: Apache-2.0
//
// Capture files of one interface, read as the exporter reads them. What one
// interface saw may stand in many files: tcpdump's -C and -G begin a new one
// again and again. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collectors/account/intake.h"
#include "exporter/options.h"

namespace ipband {

struct CaptureFiles {
  std::string config_file;  // empty: the exporter's defaults
  std::string interface;    // its label; empty: the name of the first file
  std::vector<std::string> files;  // in any order
};

// What the exporter would do with them, in the order of their first frames.
// Throws Error.
Options ReadOptionsOf(const CaptureFiles& captures);

// False if a file could not be read to its end, which a line on standard error
// says, or if `stop` said so. Shows a progress bar on a terminal.
bool ReplayFiles(
    const Options& options, Intake& intake,
    const std::function<bool()>& stop = [] { return false; });

}  // namespace ipband
