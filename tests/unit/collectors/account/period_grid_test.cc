// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/period_grid.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(PeriodGrid, EndsAPeriodAtItsLastSecondAndNotBefore) {
  PeriodGrid grid(60);
  EXPECT_FALSE(grid.Reach(1000));
  grid.Open(1000);
  EXPECT_FALSE(grid.Reach(1059));
  const auto closing = grid.Reach(1060);
  ASSERT_TRUE(closing);
  EXPECT_EQ(closing->end, 1060);
  EXPECT_EQ(closing->idle, 0);
  EXPECT_EQ(grid.start(), 1060);
}

TEST(PeriodGrid, StaysOnItsGridOverAGap) {
  PeriodGrid grid(60);
  grid.Open(1000);
  const auto closing = grid.Reach(1000 + 60 * 5 + 59);
  ASSERT_TRUE(closing);
  EXPECT_EQ(closing->end, 1060);
  EXPECT_EQ(closing->idle, 4);
  EXPECT_EQ(grid.start(), 1300);
  EXPECT_EQ(grid.last_end(), 1300);
}

TEST(PeriodGrid, DoesNotGoBack) {
  PeriodGrid grid(60);
  grid.Open(1000);
  EXPECT_FALSE(grid.Reach(0));
  EXPECT_EQ(grid.start(), 1000);
}

TEST(PeriodGrid, MovesWithTheClock) {
  PeriodGrid grid(60);
  grid.Open(1000);
  grid.Shift(-500);
  EXPECT_EQ(grid.end(), 560);
}

}  // namespace
}  // namespace ipband
