// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "exporter/config/units.h"
#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

constexpr std::chrono::seconds kPatienceForDumps{10};

}  // namespace

SavedState Storage::Open(bool by_default, int64_t now) {
  if (options_.path.empty()) return {};
  try {
    directory_.emplace(options_.path);
  } catch (const Error& error) {
    // ipband: one for each interface could run side by side.
    if (!by_default) throw;
    Log(LogLevel::kWarn, "state", "nothing outlives this program",
        {{"err", error.what()}});
    return {};
  }
  SavedState saved;
  saved.traffic = directory_->ReadTraffic();
  if (with_meters_) saved.meters = directory_->ReadMeters();
  if (saved.traffic || saved.meters) {
    const int64_t saved_at =
        std::max(saved.traffic ? saved.traffic->saved_at : 0,
                 saved.meters ? saved.meters->saved_at : 0);
    const auto age = std::chrono::seconds(std::max<int64_t>(0, now - saved_at));
    Log(LogLevel::kInfo, "state", "going on with what was saved",
        {{"directory", options_.path}, {"age", FormatDuration(age)}});
  }
  writer_.emplace(*directory_);
  meters_writer_.emplace(*directory_);
  return saved;
}

std::string Storage::path() const {
  return directory_ ? directory_->path() : std::string();
}

void Storage::Save(TrafficState state, std::chrono::nanoseconds now) {
  writer_->Save(std::make_shared<TrafficState>(std::move(state)));
  next_checkpoint_ = now + options_.checkpoint;
}

void Storage::DumpTold(std::chrono::nanoseconds now) {
  if (!open() || std::exchange(awaits_dumps_, true)) return;
  next_meters_checkpoint_ = now + kPatienceForDumps;
}

void Storage::DumpsWritten() {
  awaits_dumps_ = false;
  next_meters_checkpoint_ = {};
}

void Storage::SaveMeters(MetersState state, std::chrono::nanoseconds now) {
  awaits_dumps_ = false;
  next_meters_checkpoint_ = now + options_.checkpoint;
  if (state.meters.empty()) return;
  meters_writer_->Save(std::make_shared<MetersState>(std::move(state)));
}

void Storage::Finish() {
  // The small file first: it holds the decisions.
  if (writer_) writer_->Finish();
  if (meters_writer_) meters_writer_->Finish();
  writer_.reset();
  meters_writer_.reset();
  directory_.reset();
}

}  // namespace ipband
