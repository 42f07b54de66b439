// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_schedule.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace ipband {
namespace {

using std::chrono::seconds;

MeterOptions Options(int64_t every, int64_t after) {
  MeterOptions options;
  options.dump = {seconds(every), seconds(after)};
  return options;
}

MeterOptions ClearEvery(MeterOptions options, int64_t every, int64_t after) {
  options.clear = MeterClear::kEvery;
  options.clear_grid = {seconds(every), seconds(after)};
  return options;
}

TEST(MeterSchedule, DumpsAtTheFirstGridTimeStrictlyBehind) {
  struct Case {
    int64_t every, after, second, next;
  };
  for (const Case& c : std::vector<Case>{
           {5, 0, 15, 20},  // ipfm: a start at :15 waits until :20
           {5, 0, 16, 20},
           {5, 0, 19, 20},
           {5, 7, 0, 2},  // ipfm: AFTER 7 of 5 is AFTER 2
           {5, 7, 2, 7},
           {7, 0, 1'700'000'000, 1'700'000'001},
           {86400, 0, 0, 86400},  // midnight UTC
           {86400, 0, 86399, 86400},
           {129600, 0, 1, 129600},  // 36 hours
           {93784, 0, 93784, 187568},
           {1, 0, UINT32_MAX, int64_t{UINT32_MAX} + 1},
           {86400, 3600, -1, 3600},
           {86400, -3600, 0, 82800}}) {
    const MeterSchedule schedule(Options(c.every, c.after));
    EXPECT_EQ(schedule.dumps().FirstBehind(c.second), c.next)
        << c.every << " after " << c.after << " at " << c.second;
  }
}

TEST(MeterSchedule, NeverDividesByNothing) {
  const MeterSchedule schedule(ClearEvery(Options(0, 5), 0, -5));
  EXPECT_EQ(schedule.every(), 1);
  EXPECT_EQ(schedule.dumps().FirstBehind(41), 42);
  EXPECT_TRUE(schedule.Clears(42));
}

TEST(MeterSchedule, ClearsAlwaysOrNever) {
  const MeterSchedule always(Options(60, 0));
  EXPECT_TRUE(always.Clears(120));
  EXPECT_EQ(always.FirstClear(121), 180);
  EXPECT_EQ(always.LastClear(179), 120);
  MeterOptions options = Options(60, 0);
  options.clear = MeterClear::kNever;
  const MeterSchedule never(options);
  EXPECT_FALSE(never.Clears(120));
  EXPECT_EQ(never.FirstClear(0), INT64_MAX);
  EXPECT_EQ(never.LastClear(1'000'000), INT64_MIN);
}

// ipfm: DUMP EVERY 5 AFTER 2, CLEAR EVERY 15 AFTER 5: cleared at :07, :22, :37.
TEST(MeterSchedule, ClearsAtTheTimesOfTheClearGrid) {
  const MeterSchedule schedule(ClearEvery(Options(5, 2), 15, 7));
  EXPECT_FALSE(schedule.Clears(2));
  EXPECT_TRUE(schedule.Clears(7));
  EXPECT_FALSE(schedule.Clears(12));
  EXPECT_FALSE(schedule.Clears(17));
  EXPECT_TRUE(schedule.Clears(22));
  EXPECT_EQ(schedule.FirstClear(8), 22);
  EXPECT_EQ(schedule.LastClear(21), 7);
}

TEST(MeterSchedule, NeverClearsByAGridThatIsNotWithinThatOfTheDumps) {
  for (const auto& [every, after] : std::vector<std::pair<int64_t, int64_t>>{
           {30, 5}, {25, 0}, {15, 10}, {5, 0}}) {
    const MeterSchedule schedule(ClearEvery(Options(10, 0), every, after));
    EXPECT_EQ(schedule.FirstClear(0), INT64_MAX) << every << " " << after;
    EXPECT_EQ(schedule.LastClear(1000), INT64_MIN) << every << " " << after;
  }
}

TEST(MeterSchedule, ClearsWhereverTheClearGridLiesWithinThatOfTheDumps) {
  for (int64_t every = 1; every <= 7; ++every) {
    for (int64_t periods = 1; periods <= 4; ++periods) {
      for (int64_t delay = 0; delay <= 6; ++delay) {
        const int64_t clear_every = every * periods;
        const int64_t clear_after = every - 1 + every * delay;
        const MeterSchedule schedule(
            ClearEvery(Options(every, every - 1), clear_every, clear_after));
        for (int64_t t = schedule.dumps().LastUpTo(1000); t < 1200;
             t += every) {
          const bool clears = (t - clear_after) % clear_every == 0;
          EXPECT_EQ(schedule.Clears(t), clears)
              << every << " " << periods << " " << delay << " " << t;
        }
      }
    }
  }
}

TEST(MeterSchedule, StandsPeriodsOfAnyLength) {
  for (const int64_t every :
       {int64_t{1} << 31, (int64_t{1} << 39) + 1, INT64_MAX}) {
    const MeterSchedule schedule(
        ClearEvery(Options(every, INT64_MAX), every, INT64_MAX));
    const int64_t next = schedule.dumps().FirstBehind(UINT32_MAX);
    EXPECT_GT(next, int64_t{UINT32_MAX});
    EXPECT_EQ(schedule.FirstClear(next), next);
  }
}

}  // namespace
}  // namespace ipband
