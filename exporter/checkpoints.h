// SPDX-License-Identifier: Apache-2.0
//
// When the state is copied for the disk: at once after every decision, and
// every now and then. Main restores before the accounting thread runs, which
// does the rest; main again once that has ended.
#pragma once

#include <chrono>

#include "collectors/account/intake.h"
#include "collectors/account/live_loop.h"
#include "exporter/storage.h"

namespace ipband {

class Checkpoints {
 public:
  Checkpoints(Storage& storage, Intake& intake)
      : storage_(storage), intake_(intake) {}

  // What a former run has left. Throws Error.
  void Restore(bool by_default);

  void Decided() { decided_ = true; }
  // Between two batches. `dumps_written`: none is on its way to the disk.
  void TurnOver(ClockReading now, bool dumps_written);
  // Now, where there is a storage.
  void Save();
  void SaveMeters();

 private:
  Storage& storage_;
  Intake& intake_;
  bool decided_ = false;           // since the state was last saved
  std::chrono::seconds second_{};  // of the steady clock, at the last turn
};

}  // namespace ipband
