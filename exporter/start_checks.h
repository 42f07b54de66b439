// SPDX-License-Identifier: Apache-2.0
//
// What must be right for the program to start at all: its rights and its
// interfaces. Throws Error.
#pragma once

#include "collectors/account/live_loop.h"
#include "collectors/accounting_options.h"
#include "exporter/options.h"

namespace ipband {

// What the program does not need from here on, with what is to be said of it.
// REQUIRES: no thread was started yet.
void GiveUpPrivileges(const Options& options);

// Nothing to capture, no permission, or in compatibility mode an interface
// that does not open: better to say so and end.
void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility);

// ipband: takes no more off a frame than its link header. Also asked, by the
// accounting thread, when the configuration is read again.
void CheckLengthAdjustment(const LiveLoop::Captures& captures,
                           const AccountingOptions& accounting);

}  // namespace ipband
