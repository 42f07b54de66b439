// SPDX-License-Identifier: Apache-2.0
//
// What of another configuration takes a restart, and what the log says of what
// was read. Main only.
#pragma once

#include <string_view>

#include "exporter/options.h"

namespace ipband {

// The files that were read and what is to be warned of. `how`: "read".
void LogRead(const Options& options, std::string_view how);

// Listeners and the directory of the state are not changed while the program
// runs: what is said of them in `fresh` becomes what it was, and a warning
// names the key.
void KeepUntilRestart(const Config& running, Options& fresh);

// Whether mails go through a program.
bool RunsCommand(const ReportOptions& reports);

}  // namespace ipband
