// SPDX-License-Identifier: Apache-2.0
//
// What outlives the program: reads it once at the start, and then takes copies
// from the accounting thread, which threads of its own write: the meters, which
// may have millions of rows, hold up nothing. Without a path nothing is kept
// and nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "collectors/account/traffic_state.h"
#include "collectors/meter/meter_state.h"
#include "exporter/config/config.h"
#include "exporter/state/state_file.h"
#include "exporter/state/state_writer.h"

namespace ipband {

// What a former run has left.
struct SavedState {
  std::optional<TrafficState> traffic;
  std::optional<MetersState> meters;
};

class Storage {
 public:
  // `meters`: whether there are any. Without, what is kept of them stays as it
  // is: a run without them loses nothing.
  Storage(const StorageOptions& options, bool meters)
      : options_(options), with_meters_(meters) {}

  // Main, before anything is counted. `by_default`: nobody named the path, so
  // that to find it in use is no error. Throws Error. `now`: seconds since the
  // epoch, to tell how old it is.
  SavedState Open(bool by_default, int64_t now);

  // Empty as long as nothing is open.
  std::string path() const;

  // The accounting thread; `now` is of the steady clock. Decisions are saved
  // at once, which puts off the next checkpoint of them and not of the meters.
  bool open() const { return writer_.has_value(); }
  bool CheckpointIsDue(std::chrono::nanoseconds now) const {
    return open() && now >= next_checkpoint_;
  }
  // Not while the last one is being written: a slow disk gets less to do.
  bool MetersCheckpointIsDue(std::chrono::nanoseconds now) {
    return open() && now >= next_meters_checkpoint_ && !meters_writer_->busy();
  }
  // What was dumped is not dumped again after a restart, but only once it is
  // written: until then the state stays the one before, with the dump to come.
  // For a file that cannot be written, counts do not wait long.
  void DumpTold(std::chrono::nanoseconds now);
  bool awaits_dumps() const { return awaits_dumps_; }
  void DumpsWritten();
  void SetCheckpoint(std::chrono::seconds every) {
    options_.checkpoint = every;
  }
  // REQUIRES: open(). No meters: nothing is written.
  void Save(TrafficState state, std::chrono::nanoseconds now);
  void SaveMeters(MetersState state, std::chrono::nanoseconds now);

  // Main, when nobody saves any more: writes what waits, and leaves the
  // directory to others.
  void Finish();

 private:
  StorageOptions options_;
  const bool with_meters_;
  std::optional<StateDirectory> directory_;
  std::optional<StateWriter<TrafficState>> writer_;
  std::optional<StateWriter<MetersState>> meters_writer_;
  std::chrono::nanoseconds next_checkpoint_{};
  std::chrono::nanoseconds next_meters_checkpoint_{};
  bool awaits_dumps_ = false;
};

}  // namespace ipband
