// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/repeat_filter.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Document Report(const std::string& episode, int64_t at) {
  Document document;
  document.episode = episode;
  document.at = at;
  return document;
}

TEST(RepeatFilter, PassesOneReportOfAnEpisodePerHour) {
  RepeatFilter filter{hours(1)};
  EXPECT_TRUE(filter.Due(Report("a", 1000)));
  EXPECT_FALSE(filter.Due(Report("a", 1300)));
  EXPECT_FALSE(filter.Due(Report("a", 4599)));
  EXPECT_TRUE(filter.Due(Report("a", 4600)));
  EXPECT_FALSE(filter.Due(Report("a", 4900)));
}

TEST(RepeatFilter, JudgesEachEpisodeOnItsOwn) {
  RepeatFilter filter{hours(1)};
  EXPECT_TRUE(filter.Due(Report("a", 1000)));
  EXPECT_TRUE(filter.Due(Report("b", 1300)));
  EXPECT_FALSE(filter.Due(Report("b", 1600)));
}

TEST(RepeatFilter, PassesEveryReportWhenRepeatIsZero) {
  RepeatFilter filter{seconds(0)};
  EXPECT_TRUE(filter.Due(Report("a", 1000)));
  EXPECT_TRUE(filter.Due(Report("a", 1000)));
  EXPECT_TRUE(filter.Due(Report("a", 1001)));
}

TEST(RepeatFilter, IsNotSilencedByAClockThatWasPutBack) {
  RepeatFilter filter{hours(1)};
  EXPECT_TRUE(filter.Due(Report("a", 100000)));
  EXPECT_FALSE(filter.Due(Report("a", 99000)));
  EXPECT_TRUE(filter.Due(Report("a", 1000)));
}

}  // namespace
}  // namespace ipband
