// SPDX-License-Identifier: Apache-2.0
//
// Writes states of one kind to the disk on a thread of its own, so that a slow
// disk holds up nobody, nor one kind the other. Only the latest state counts:
// one that still waits is replaced. What cannot be written is logged, at most
// once a minute, and tried again; it never ends the program. All functions are
// safe from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "exporter/log.h"
#include "exporter/state/state_file.h"

namespace ipband {

// `State`: TrafficState or MetersState.
template <class State>
class StateWriter {
 public:
  // From here to Finish the file is used by the thread alone. `retry`: after
  // how long a failed write is tried again without a new state.
  explicit StateWriter(
      StateDirectory& directory,
      std::chrono::milliseconds retry = std::chrono::seconds(5));
  ~StateWriter();

  // Never blocks. After Finish nothing is written any more.
  void Save(std::shared_ptr<const State> state);

  // Whether a state waits for its first attempt or is being written.
  bool busy();

  // Writes what waits, with one attempt, and ends the thread. Blocks for as
  // long as the disk does.
  void Finish();

 private:
  void Run();
  bool Write(const State& state);

  StateDirectory& directory_;  // the thread's own
  const std::chrono::milliseconds retry_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const State> waiting_;  // guarded by mutex_
  bool writing_ = false;                  // guarded by mutex_
  bool finishing_ = false;                // guarded by mutex_

  // The thread's own.
  LogLimiter failures_;
  bool failure_logged_ = false;

  std::once_flag joined_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace ipband
