// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_schedule.h"

#include <gtest/gtest.h>

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
TEST(MeterSchedule, ClearsAtTheDumpsThatAreTimesOfBothGrids) {
  const MeterSchedule schedule(ClearEvery(Options(5, 2), 15, 7));
  EXPECT_FALSE(schedule.Clears(2));
  EXPECT_TRUE(schedule.Clears(7));
  EXPECT_FALSE(schedule.Clears(12));
  EXPECT_FALSE(schedule.Clears(17));
  EXPECT_TRUE(schedule.Clears(22));
  EXPECT_EQ(schedule.FirstClear(8), 22);
  EXPECT_EQ(schedule.LastClear(21), 7);
}

TEST(MeterSchedule, NeverClearsWhereTheGridsNeverMeet) {
  const MeterSchedule schedule(ClearEvery(Options(10, 0), 30, 5));
  EXPECT_EQ(schedule.FirstClear(0), INT64_MAX);
}

TEST(MeterSchedule, FindsEveryMeetingOfAnyTwoGrids) {
  for (int64_t a = 1; a <= 12; ++a) {
    for (int64_t b = 1; b <= 12; ++b) {
      for (int64_t after = 0; after < 24; ++after) {
        const MeterSchedule schedule(
            ClearEvery(Options(a, after % a), b, after % b + after / 3));
        const TimeGrid clears(
            MeterGrid{seconds(b), seconds(after % b + after / 3)});
        for (int64_t t = schedule.dumps().LastUpTo(1000); t < 1200; t += a) {
          EXPECT_EQ(schedule.Clears(t), clears.LastUpTo(t) == t)
              << a << " " << b << " " << after << " " << t;
        }
      }
    }
  }
}

TEST(MeterSchedule, StandsPeriodsOfAnyLength) {
  for (const int64_t every :
       {int64_t{1} << 31, (int64_t{1} << 39) + 1, INT64_MAX}) {
    const MeterSchedule schedule(ClearEvery(
        Options(every, INT64_MAX), (int64_t{1} << 40) - 3, INT64_MIN + 1));
    const int64_t next = schedule.dumps().FirstBehind(UINT32_MAX);
    EXPECT_GT(next, int64_t{UINT32_MAX});
    EXPECT_GE(schedule.FirstClear(next), next);
  }
}

}  // namespace
}  // namespace ipband
