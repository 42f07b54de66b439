// SPDX-License-Identifier: Apache-2.0
//
// The saved state as JSON and back. What is read may be damaged or hostile:
// it is taken only as a whole, and memory stays within a small multiple of the
// text. Pure functions, any thread. Whether a state is still worth using (its
// age, its interfaces) is for others to judge.
#pragma once

#include <string>

#include "collectors/account/traffic_state.h"
#include "exporter/state/json_values.h"

namespace ipband {

// One line per subnet. Values that are 0 are left out. Times are kept within
// what ReadStateJson takes: 0 to 2^32-1.
std::string StateJson(const TrafficState& state);

// Throws BadValue: broken JSON, another version, a wrong type, a time beyond
// 32 bits, a bad network, the same interface or subnet twice, more than 256
// captures or 1,000,000 subnets in one, a string of more than 4 KiB. Keys that
// are missing are 0; keys that are not known are passed over.
TrafficState ReadStateJson(const TextSource& source);

}  // namespace ipband
