// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/time_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {
namespace {

constexpr int64_t kSampleTime = 1795292955;  // 2026-11-21T20:29:15Z

TEST(LocalTimeText, IsThatOfTheTimeZone) {
  {
    const TimeZone zone("UTC");
    EXPECT_EQ(LocalTimeText(kSampleTime), "Sat Nov 21 20:29:15 2026");
  }
  const TimeZone zone("Asia/Tokyo");
  EXPECT_EQ(LocalTimeText(kSampleTime), "Sun Nov 22 05:29:15 2026");
}

TEST(LocalTimeText, IsWhatCtimeWrites) {
  const TimeZone zone("Asia/Tokyo");
  for (time_t time = 0; time < 4102444800; time += 86400 * 5 + 3607) {
    char text[32];
    ASSERT_EQ(LocalTimeText(time) + "\n", ctime_r(&time, text));
  }
}

TEST(CompactUtc, DoesNotDependOnTheTimeZone) {
  const TimeZone zone("Asia/Tokyo");
  EXPECT_EQ(CompactUtc(kSampleTime), "20261121T202915Z");
  EXPECT_EQ(Rfc3339Utc(kSampleTime), "2026-11-21T20:29:15Z");
}

TEST(Rfc3339Utc, StaysWithinFourDigitsOfTheYear) {
  EXPECT_EQ(Rfc3339Utc(-1), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Rfc3339Utc(std::numeric_limits<int64_t>::max()),
            "9999-12-31T23:59:59Z");
}

TEST(InternetDate, IsThatOfMailAndHttp) {
  const TimeZone zone("Asia/Tokyo");
  EXPECT_EQ(InternetDate(kSampleTime), "Sat, 21 Nov 2026 20:29:15");
  EXPECT_EQ(InternetDate(0), "Thu, 01 Jan 1970 00:00:00");
}

TEST(ParseRfc3339Utc, ReadsWhatIsWritten) {
  for (const int64_t time :
       {int64_t{0}, kSampleTime, int64_t{951782400}, int64_t{253402300799}}) {
    EXPECT_EQ(ParseRfc3339Utc(Rfc3339Utc(time)), time);
  }
}

TEST(ParseRfc3339Utc, ReadsNothingElse) {
  for (const char* text :
       {"", "2026-11-21", "2026-11-21T20:29:15", "2026-11-21T20:29:15+00:00",
        "2026-11-21 20:29:15Z", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T20:29:60Z", "2026-11-21T20:29:1 Z",
        "2026-11--1T20:29:15Z", "1969-12-31T23:59:59Z",
        "2026-11-21T20:29:15ZZ"}) {
    EXPECT_EQ(ParseRfc3339Utc(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ipband
