// SPDX-License-Identifier: Apache-2.0
//
// SIGINT and SIGTERM, which end the program in order, SIGHUP, which reads the
// configuration again, and SIGUSR1, which dumps the meters. Main only; a signal
// is read from a descriptor, so nothing runs at a moment of its own choosing.
#pragma once

#include <optional>

namespace ipband {

// The signals as a descriptor; blocked in every thread started later. SIGPIPE
// is ignored from here on. Throws Error.
int BlockSignals();

enum class Signal { kEnd, kReload, kDump };

// Takes one that has come; does not wait.
std::optional<Signal> TakeSignal(int signals);

// ipband: a second signal ended it at once. What is still to do may wait for
// somebody who never comes: the reader of a pipe, a mail server.
void EndOnNextSignal(int signals);

}  // namespace ipband
