// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/sparkline.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/web/contains.h"

namespace ipband {
namespace {

TEST(Sparkline, IsNothingWithoutValues) { EXPECT_EQ(Sparkline({}, 10), ""); }

TEST(Sparkline, EndsAtTheRightEdgeWithTheNewest) {
  EXPECT_TRUE(Contains(Sparkline({0, 100}, std::nullopt),
                       "<polyline points=\"116,23.0 118,1.5\"/>"));
  const std::string full = Sparkline(std::vector<float>(60, 1), std::nullopt);
  EXPECT_TRUE(Contains(full, "<polyline points=\"0,1.5 2,1.5 "));
  EXPECT_TRUE(Contains(full, "118,1.5\"/>"));
}

TEST(Sparkline, ShowsOneValueAsADot) {
  EXPECT_TRUE(Contains(Sparkline({7}, std::nullopt),
                       "<polyline class=\"dot\" points=\"118,1.5 118,1.5\"/>"));
}

TEST(Sparkline, ReachesUpToTheThresholdAndDrawsIt) {
  const std::string below = Sparkline({50, 50}, 100);
  EXPECT_TRUE(Contains(below, "116,12.2 118,12.2\"/>"));
  EXPECT_TRUE(Contains(below, "class=\"limit\" points=\"0,1.5 118,1.5\""));
  const std::string over = Sparkline({200, 200}, 100);
  EXPECT_TRUE(Contains(over, "116,1.5 118,1.5\"/>"));
  EXPECT_TRUE(Contains(over, "class=\"limit\" points=\"0,12.2 118,12.2\""));
  EXPECT_FALSE(Contains(Sparkline({1, 2}, std::nullopt), "limit"));
}

TEST(Sparkline, StaysAtTheFootWhenAllIsQuiet) {
  EXPECT_TRUE(Contains(Sparkline({0, 0}, 0), "116,23.0 118,23.0\"/>"));
}

TEST(Sparkline, TellsInWordsWhatItShows) {
  const std::string html = Sparkline({1000, 250000, 125}, std::nullopt);
  EXPECT_TRUE(Contains(html, "role=\"img\""));
  EXPECT_TRUE(Contains(html,
                       "aria-label=\"The last 3 periods: peak 2.00 Mbit/s, "
                       "latest 1.00 kbit/s\""));
  EXPECT_TRUE(Contains(Sparkline({125}, std::nullopt),
                       "aria-label=\"The last period: 1.00 kbit/s\""));
}

}  // namespace
}  // namespace ipband
