// SPDX-License-Identifier: Apache-2.0
#include "exporter/checkpoints.h"

#include <utility>

#include "exporter/clock.h"

namespace ipband {

void Checkpoints::Restore(bool by_default) {
  SavedState saved = storage_.Open(by_default, WallSeconds());
  if (saved.traffic) intake_.Restore(std::move(*saved.traffic));
  if (saved.meters) intake_.RestoreMeters(std::move(*saved.meters));
}

void Checkpoints::TurnOver(ClockReading now, bool dumps_written) {
  const bool decided = std::exchange(decided_, false);
  // There are many turns in a second; a checkpoint may wait for the next one.
  const auto second = std::chrono::floor<std::chrono::seconds>(now.steady);
  const bool second_is_new = std::exchange(second_, second) != second;
  if (decided || (second_is_new && storage_.CheckpointIsDue(now.steady))) {
    Save();
  }
  if (storage_.awaits_dumps() && dumps_written) storage_.DumpsWritten();
  if (storage_.MetersCheckpointIsDue(now.steady)) SaveMeters();
}

void Checkpoints::Save() {
  if (!storage_.open()) return;
  storage_.Save(intake_.StateAt(WallSeconds()), ReadClock().steady);
}

void Checkpoints::SaveMeters() {
  if (!storage_.open()) return;
  storage_.SaveMeters(intake_.meters().StateAt(WallSeconds()),
                      ReadClock().steady);
}

}  // namespace ipband
