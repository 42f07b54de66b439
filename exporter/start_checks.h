// SPDX-License-Identifier: Apache-2.0
//
// What must be right for the program to start at all: its rights, its files
// and its interfaces. Throws Error.
#pragma once

#include <string>
#include <vector>

#include "collectors/account/live_loop.h"
#include "collectors/accounting_options.h"
#include "exporter/options.h"

namespace ipband {

// What the program does not need from here on, with what is to be said of it.
// The user that it then is must be able to read the capture files.
// REQUIRES: no thread was started yet.
void GiveUpPrivileges(const Options& options);

// Each can be opened, whatever it holds. "-" is standard input; pipes, which
// can be opened only once, need only be there. Throws Error, of the flag that
// names them.
void CheckCaptureFiles(const std::vector<std::string>& files,
                       const std::string& flag = "");

// Nothing to capture, no permission, or in compatibility mode an interface
// that does not open: better to say so and end.
void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility);

// ipband: takes no more off a frame than its link header.
void CheckLengthAdjustment(const LiveLoop::Captures& captures,
                           const AccountingOptions& accounting);

// A configuration that is read again suits what is captured. Asked by the
// accounting thread.
void CheckForCaptures(const LiveLoop& live, const Config& config);

}  // namespace ipband
