// SPDX-License-Identifier: Apache-2.0
//
// What outlives the program: reads it once at the start, and then takes copies
// from the accounting thread, which a thread of its own writes. Without a path
// nothing is kept and nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "collectors/account/traffic_state.h"
#include "exporter/config/config.h"
#include "exporter/state/state_file.h"
#include "exporter/state/state_writer.h"

namespace ipband {

class Storage {
 public:
  explicit Storage(const StorageOptions& options) : options_(options) {}

  // Main, before anything is counted: what a former run has left. `by_default`:
  // nobody named the path, so that to find it in use is no error. Throws Error.
  // `now`: seconds since the epoch, to tell how old it is.
  std::optional<TrafficState> Open(bool by_default, int64_t now);

  // Empty as long as nothing is open.
  std::string path() const;

  // The accounting thread; `now` is of the steady clock.
  bool open() const { return writer_.has_value(); }
  bool CheckpointIsDue(std::chrono::nanoseconds now) const {
    return open() && now >= next_checkpoint_;
  }
  // REQUIRES: open().
  void Save(TrafficState state, std::chrono::nanoseconds now);

  // Main, when nobody saves any more: writes what waits.
  void Finish();

 private:
  const StorageOptions options_;
  std::optional<StateDirectory> directory_;
  std::optional<StateWriter> writer_;
  std::chrono::nanoseconds next_checkpoint_{};
};

}  // namespace ipband
