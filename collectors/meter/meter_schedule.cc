// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_schedule.h"

#include <algorithm>

namespace ipband {
namespace {

int64_t Modulo(int64_t value, int64_t modulus) {
  const int64_t rest = value % modulus;
  return rest < 0 ? rest + modulus : rest;
}

bool IsWithin(const TimeGrid& grid, const TimeGrid& wider) {
  return grid.every % wider.every == 0 &&
         (grid.after - wider.after) % wider.every == 0;
}

std::optional<TimeGrid> ClearTimes(const MeterOptions& options,
                                   const TimeGrid& dumps) {
  if (options.clear == MeterClear::kNever) return std::nullopt;
  if (options.clear == MeterClear::kAlways) return dumps;
  const TimeGrid clears(options.clear_grid);
  return IsWithin(clears, dumps) ? std::optional(clears) : std::nullopt;
}

}  // namespace

TimeGrid::TimeGrid(const MeterGrid& grid)
    : every(std::clamp<int64_t>(grid.every.count(), 1, MeterSchedule::kLatest)),
      after(Modulo(grid.after.count(), every)) {}

int64_t TimeGrid::LastUpTo(int64_t time) const {
  return time - Modulo(time - after, every);
}

MeterSchedule::MeterSchedule(const MeterOptions& options)
    : dumps_(options.dump), clears_(ClearTimes(options, dumps_)) {}

int64_t MeterSchedule::FirstClear(int64_t time) const {
  return clears_ ? clears_->FirstBehind(time - 1) : INT64_MAX;
}

int64_t MeterSchedule::LastClear(int64_t time) const {
  return clears_ ? clears_->LastUpTo(time) : INT64_MIN;
}

}  // namespace ipband
