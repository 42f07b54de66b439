// SPDX-License-Identifier: Apache-2.0
//
// What the end of an averaging period means for the hosts of a table: their
// ranks and ages, who was idle for too long, and which newcomers get a row.
// Nothing is inserted or erased here: the table's owner does that, who has
// books of its own to keep.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/host/admission.h"
#include "collectors/host/host_table.h"
#include "collectors/host/newcomer_sketch.h"

namespace ipband {

// The capture's period that ended at `first_end`, and `idle` periods without
// traffic after it.
void EndHostPeriod(HostTable& hosts, CaptureId capture, int64_t first_end,
                   int64_t idle);

// The capture's hosts that had no traffic for `timeout` seconds.
std::vector<Key> IdleHosts(const HostTable& hosts, CaptureId capture,
                           int64_t now, int64_t timeout);

struct HostChanges {
  std::vector<Newcomer> admitted;  // there is room for them
  std::vector<Replacement> replaced;
};
// `period_bytes`: all bytes credited in the period.
HostChanges ChooseHosts(HostTable& hosts, NewcomerSketch::Taken taken,
                        uint64_t period_bytes);

}  // namespace ipband
