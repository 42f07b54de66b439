// SPDX-License-Identifier: Apache-2.0
//
// A stream over a pipe that can be left: before each read it asks its owner to
// wait for input, who may do other work meanwhile, or give up.
#pragma once

#include <cstdio>
#include <functional>

namespace ipband {

// Returns when there is something to read from the descriptor; false to end
// the stream there.
using InputWaiter = std::function<bool(int descriptor)>;

// Takes the descriptor over; fclose closes it. nullptr if there is no memory.
std::FILE* OpenWaitingStream(int descriptor, InputWaiter wait);

}  // namespace ipband
