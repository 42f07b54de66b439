// SPDX-License-Identifier: Apache-2.0
//
// When a meter is dumped, and at which of these times its table is cleared:
// grid arithmetic on seconds since the epoch. A pure value; what it costs does
// not depend on how far times lie apart.
#pragma once

#include <cstdint>
#include <optional>

#include "collectors/meter_options.h"

namespace ipband {

// Times that are multiples of `every` plus `after`.
struct TimeGrid {
  int64_t every = 1;
  int64_t after = 0;  // in [0, every)

  explicit TimeGrid(const MeterGrid& grid);

  int64_t LastUpTo(int64_t time) const;  // may be `time` itself
  int64_t FirstBehind(int64_t time) const { return LastUpTo(time) + every; }
};

class MeterSchedule {
 public:
  // Later and earlier times are not reckoned with; what is beyond is as if it
  // were here.
  static constexpr int64_t kLatest = int64_t{1} << 40;

  // REQUIRES: times of the clear grid are times of the dump grid, as the
  // configuration sees to. Of a clear grid with others nothing is ever cleared.
  explicit MeterSchedule(const MeterOptions& options);

  int64_t every() const { return dumps_.every; }
  const TimeGrid& dumps() const { return dumps_; }

  // Of dump times. The first that clears, from `time` on: itself or later;
  // INT64_MAX if there is none. And the last up to `time`; INT64_MIN.
  int64_t FirstClear(int64_t time) const;
  int64_t LastClear(int64_t time) const;
  bool Clears(int64_t time) const { return FirstClear(time) == time; }

 private:
  TimeGrid dumps_;
  std::optional<TimeGrid> clears_;
};

}  // namespace ipband
