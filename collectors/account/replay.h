// SPDX-License-Identifier: Apache-2.0
//
// Reads capture files through the same intake as live frames, as fast as it
// can and on the time of the frames. Runs on the accounting thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "collectors/account/intake.h"
#include "collectors/account/notice.h"
#include "collectors/account/snapshot_exchange.h"

namespace ipband {

struct ReplayOptions {
  std::vector<std::string> files;
  std::string interface;  // label; empty: each file's base name
  std::string filter;
};

struct ReplayProgress {
  const std::string& file;
  uint64_t frames = 0;  // of all files
  uint64_t bytes_read = 0;
  uint64_t bytes_total = 0;  // of this file; 0 if unknown
};

struct ReplaySurroundings {
  NoticeSink notice;
  SnapshotExchange* snapshots = nullptr;
  std::function<bool()> stop;
  std::function<void(const ReplayProgress&)> progress;  // may be empty
  // All that was read is accounted, and there may be something else to do.
  std::function<void()> turn_over = [] {};
};

// At the end the meters are dumped, on the time of the last frame. Dumps wait
// for files that are still to be read, unless their label is the same.
// False if a file could not be read to its end: a notice says which and why,
// unless `stop` said so. Everything before that is counted.
bool Replay(const ReplayOptions& options, Intake& intake,
            const ReplaySurroundings& surroundings);

// Answers those who ask for a snapshot, once there is nothing more to read,
// until `stop` says so. `turn_over` is called whenever somebody wants
// something.
void ServeLastNumbers(const Intake& intake, const Wakeup& wakeup,
                      SnapshotExchange& snapshots,
                      const std::function<bool()>& stop,
                      const std::function<void()>& turn_over);

}  // namespace ipband
