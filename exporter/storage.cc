// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "exporter/config/units.h"
#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {

std::optional<TrafficState> Storage::Open(bool by_default, int64_t now) {
  if (options_.path.empty()) return std::nullopt;
  try {
    directory_.emplace(options_.path);
  } catch (const Error& error) {
    // ipband: one for each interface could run side by side.
    if (!by_default) throw;
    Log(LogLevel::kWarn, "state", "nothing outlives this program",
        {{"err", error.what()}});
    return std::nullopt;
  }
  std::optional<TrafficState> state = directory_->Read();
  if (state) {
    const auto age =
        std::chrono::seconds(std::max<int64_t>(0, now - state->saved_at));
    Log(LogLevel::kInfo, "state", "going on with what was saved",
        {{"directory", options_.path}, {"age", FormatDuration(age)}});
  }
  writer_.emplace(*directory_);
  return state;
}

std::string Storage::path() const {
  return directory_ ? directory_->path() : std::string();
}

void Storage::Save(TrafficState state, std::chrono::nanoseconds now) {
  writer_->Save(std::make_shared<TrafficState>(std::move(state)));
  next_checkpoint_ = now + options_.checkpoint;
}

void Storage::Finish() {
  if (writer_) writer_->Finish();
}

}  // namespace ipband
