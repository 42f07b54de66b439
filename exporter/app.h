// SPDX-License-Identifier: Apache-2.0
//
// The program from start to end, in the order in which things happen.
//
// Threads: main (signals, log of notices), accounting (owns all traffic
// state), reporter (makes documents), one per sink, one for host names, the
// writer of the state, the web server's pool. They hand each other finished
// values: notices to main, reports to the reporter and on to the sinks, states
// to their writer, snapshots to the web server.
#pragma once

#include <functional>

#include "exporter/options.h"

namespace ipband {

// Returns the exit code. Throws Error for what goes wrong at the start.
// `read_again` gives the options anew when the configuration is to be read
// again; it throws Error.
int Run(const Options& options, std::function<Options()> read_again);

}  // namespace ipband
