// SPDX-License-Identifier: Apache-2.0
//
// Who gives way to whom when a table is full, decided once per averaging
// period; the same rule for hosts and for discovered subnets. Pure functions.
//
// A newcomer that had more than its fair share of the period's bytes replaces
// the row with the lowest rank. Another one replaces the lowest among the rows
// that had at most half its bytes in a period, on the mean of those they were
// there for; and few of these are let in per period: a flood of short-lived
// addresses cannot wear down the hosts that matter, and gives way itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "collectors/host/newcomer_sketch.h"
#include "collectors/net/key.h"

namespace ipband {

// A rank is 16 times a mean of the bytes per period, so that nothing is lost
// in the division: a period's bytes weigh one sixteenth.
constexpr uint64_t NextRank(uint64_t rank, uint64_t period_bytes) {
  return rank - rank / 16 + period_bytes;
}

// The rank after `periods` more periods without traffic.
constexpr uint64_t IdleRank(uint64_t rank, int64_t periods) {
  // 15 and less stay: the division leaves nothing to take off.
  for (; periods > 0 && rank > 15; --periods) rank = NextRank(rank, 0);
  return rank;
}

// An age in periods, up to 255.
constexpr uint8_t OlderBy(uint8_t age, int64_t periods) {
  return static_cast<uint8_t>(std::min<int64_t>(255, age + periods));
}

struct Incumbent {
  uint64_t rank = 0;
  Key key;
  uint8_t age = 0;  // whole periods in the table; 0: not judged yet
};

struct Replacement {
  Key out;
  Newcomer in;
};

// `max`: rows of the table; `period_bytes`: all bytes credited in the period.
// `incumbents` are those that may be replaced, in any order; reordered.
std::vector<Replacement> ChooseReplacements(const NewcomerSketch::Taken& taken,
                                            std::vector<Incumbent>& incumbents,
                                            uint32_t max,
                                            uint64_t period_bytes);

}  // namespace ipband
