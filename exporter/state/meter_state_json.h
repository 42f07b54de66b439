// SPDX-License-Identifier: Apache-2.0
//
// The saved meters as JSON and back, in pieces: a table may have a million
// rows. What is read may be damaged or hostile: it is taken only as a whole,
// and memory stays within a small multiple of the text. Pure functions, any
// thread. Whether what was saved is still worth using is for others to judge.
#pragma once

#include "collectors/meter/meter_state.h"
#include "exporter/state/json_values.h"

namespace ipband {

// One line per host: ["10.0.0.1",IN,OUT]. Other values that are 0 are left
// out; times are kept within what is read back: 0 to 2^32-1. Throws Error, and
// nothing is written, when there is more than would be read back; and what the
// sink throws.
void WriteMetersStateJson(const MetersState& state, const TextSink& sink);

// Throws BadValue: broken JSON, another version, a wrong type, a time beyond
// 32 bits, a bad address, the same meter twice or an interface twice in one,
// more than 64 meters, 256 tables in one or 10,000,000 rows in all, a string of
// more than 4 KiB; and what the source throws. Keys that are missing are 0;
// keys that are not known are passed over. An address may come twice.
MetersState ReadMetersStateJson(const TextSource& source);

}  // namespace ipband
