// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_schedule.h"

#include <algorithm>
#include <numeric>

namespace ipband {
namespace {

__extension__ using Int128 = __int128;

int64_t Modulo(int64_t value, int64_t modulus) {
  const int64_t rest = value % modulus;
  return rest < 0 ? rest + modulus : rest;
}

// x with value * x = 1 (mod modulus). REQUIRES: they have no common divisor.
int64_t Inverse(int64_t value, int64_t modulus) {
  int64_t a = Modulo(value, modulus);
  int64_t b = modulus;
  int64_t x = 1;
  int64_t y = 0;
  while (a > 1) {
    const int64_t quotient = a / b;
    std::swap(a, b);
    b %= a;
    x -= quotient * y;
    std::swap(x, y);
  }
  return modulus == 1 ? 0 : Modulo(x, modulus);
}

std::optional<TimeGrid> ClearTimes(const MeterOptions& options,
                                   const TimeGrid& dumps) {
  switch (options.clear) {
    case MeterClear::kAlways:
      return dumps;
    case MeterClear::kNever:
      return std::nullopt;
    case MeterClear::kEvery:
      break;
  }
  return Intersection(dumps, TimeGrid(options.clear_grid));
}

}  // namespace

TimeGrid::TimeGrid(const MeterGrid& grid)
    : every(std::clamp<int64_t>(grid.every.count(), 1, MeterSchedule::kLatest)),
      after(Modulo(grid.after.count(), every)) {}

int64_t TimeGrid::LastUpTo(int64_t time) const {
  return time - Modulo(time - after, every);
}

std::optional<TimeGrid> Intersection(const TimeGrid& a, const TimeGrid& b) {
  const int64_t common = std::gcd(a.every, b.every);
  const int64_t apart = b.after - a.after;
  if (apart % common != 0) return std::nullopt;
  // a.after + a.every * steps is the first time of both.
  const int64_t modulus = b.every / common;
  const Int128 steps = Int128{Modulo(apart / common, modulus)} *
                       Inverse(a.every / common, modulus) % modulus;
  const Int128 every = Int128{a.every} * modulus;
  const Int128 after = a.after + steps * a.every;
  if (after > MeterSchedule::kLatest * 2) return std::nullopt;
  return TimeGrid(
      static_cast<int64_t>(std::min<Int128>(every, MeterSchedule::kLatest * 4)),
      static_cast<int64_t>(after));
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
