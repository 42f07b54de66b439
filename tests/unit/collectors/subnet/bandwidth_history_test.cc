// SPDX-License-Identifier: Apache-2.0
#include "collectors/subnet/bandwidth_history.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

using Values = std::vector<float>;

TEST(BandwidthHistory, GivesTheLastOnesOldestFirst) {
  BandwidthHistory history;
  history.Resize(2);
  for (const double value : {1, 2, 3}) history.Add(1, value, 1);
  EXPECT_EQ(history.Last(1, 0), Values());
  EXPECT_EQ(history.Last(1, 2), (Values{2, 3}));
  EXPECT_EQ(history.Last(1, 3), (Values{1, 2, 3}));
  EXPECT_EQ(history.Last(0, 1), Values{0});
}

TEST(BandwidthHistory, KeepsSixtyPeriods) {
  BandwidthHistory history;
  history.Resize(1);
  for (int i = 0; i < 100; ++i) history.Add(0, i, 1);
  const Values values = history.Last(0, 255);
  ASSERT_EQ(values.size(), 60U);
  EXPECT_EQ(values.front(), 40);
  EXPECT_EQ(values.back(), 99);
}

TEST(BandwidthHistory, TakesManyPeriodsAtOnce) {
  BandwidthHistory history;
  history.Resize(1);
  history.Add(0, 5, 1);
  history.Add(0, 0, 2);
  EXPECT_EQ(history.Last(0, 3), (Values{5, 0, 0}));
  history.Add(0, 7, int64_t{1} << 40);
  EXPECT_EQ(history.Last(0, 60), Values(60, 7));
}

TEST(BandwidthHistory, MovesWithItsRows) {
  constexpr uint32_t kNone = UINT32_MAX;
  BandwidthHistory history;
  history.Resize(3);
  for (uint32_t row = 0; row < 3; ++row) history.Add(row, row + 1.0, 1);
  const BandwidthHistory moved =
      BandwidthHistory::Moved(history, 2, {1, kNone, 0}, kNone);
  EXPECT_EQ(moved.Last(0, 1), Values{3});
  EXPECT_EQ(moved.Last(1, 1), Values{1});
}

}  // namespace
}  // namespace ipband
