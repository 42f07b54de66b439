// SPDX-License-Identifier: Apache-2.0
//
// What must be right with the interfaces for the program to start at all.
// Called once by main; throws Error.
#pragma once

#include "collectors/account/live_loop.h"
#include "collectors/accounting_options.h"

namespace ipband {

// Nothing to capture, no permission, or in compatibility mode an interface
// that does not open: better to say so and end.
void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility);

// ipband: takes no more off a frame than its link header.
void CheckLengthAdjustment(const LiveLoop::Opened& opened,
                           const AccountingOptions& accounting);

}  // namespace ipband
