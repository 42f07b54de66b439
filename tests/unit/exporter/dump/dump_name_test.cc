// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_name.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int64_t kEnd = 1795305600;  // 2026-11-22T00:00:00Z

MeterGrid Every(seconds every, seconds after = {}) { return {every, after}; }

std::string PathOf(int64_t at, const DumpOptions& options,
                   const MeterGrid& grid = {}, bool scheduled = true) {
  const auto name = NameOfDump(at, scheduled, options, grid);
  return name ? name->path : "none";
}

DumpOptions Named(const char* file) {
  DumpOptions options;
  options.file = file;
  return options;
}

TEST(DumpName, IsThatOfTheEnd) {
  const TimeZone zone("Europe/Berlin");
  EXPECT_EQ(PathOf(kEnd, {}), "/var/log/ipfm/22-Nov.01-00");
  DumpOptions utc;
  utc.local_time = false;
  EXPECT_EQ(PathOf(kEnd, utc), "/var/log/ipfm/22-Nov.00-00");
}

TEST(DumpName, IsThatOfTheStartWhenAskedFor) {
  const TimeZone zone("UTC");
  DumpOptions options = Named("%Y-%m-%d.%H%M");
  options.name_by = DumpNameBy::kStart;
  EXPECT_EQ(PathOf(kEnd, options), "2026-11-21.0000");
  EXPECT_EQ(PathOf(kEnd, options, Every(minutes(5))), "2026-11-21.2355");
}

TEST(DumpName, OfAPeriodThatIsCutShortIsThatOfItsStart) {
  const TimeZone zone("UTC");
  DumpOptions options = Named("%Y-%m-%d.%H%M");
  options.name_by = DumpNameBy::kStart;
  const int64_t afternoon = kEnd + 15 * 3600 + 61;
  EXPECT_EQ(PathOf(afternoon, options, {}, false), "2026-11-22.0000");
  EXPECT_EQ(PathOf(afternoon, options, Every(hours(1), minutes(10)), false),
            "2026-11-22.1410");
  options.name_by = DumpNameBy::kEnd;
  EXPECT_EQ(PathOf(afternoon, options, {}, false), "2026-11-22.1501");
}

TEST(DumpName, KnowsAllConversionsAndCopiesUnknownOnes) {
  const TimeZone zone("Europe/Berlin");
  EXPECT_EQ(PathOf(kEnd, Named("/d/%s")), "/d/1795305600");
  EXPECT_EQ(PathOf(kEnd, Named("%a %b %d %j %y %p %I %Z %z %% %e %u")),
            "Sun Nov 22 326 26 AM 01 CET +0100 % 22 7");
  EXPECT_EQ(PathOf(kEnd, Named("a%Qb")), "a%Qb");
  EXPECT_EQ(PathOf(kEnd, Named("a%")), "a%");
}

TEST(DumpName, MayBeLongButNotEndless) {
  const TimeZone zone("UTC");
  EXPECT_EQ(PathOf(kEnd, Named((std::string(600, 'a') + "%d").c_str())),
            std::string(600, 'a') + "22");
  EXPECT_EQ(PathOf(kEnd, Named((std::string(4094, 'a') + "%d").c_str())),
            std::string(4094, 'a') + "22");
  EXPECT_EQ(PathOf(kEnd, Named((std::string(4095, 'a') + "%d").c_str())),
            "none");
  EXPECT_EQ(PathOf(kEnd, Named("")), "");
}

TEST(DumpName, HasAnotherWithTheTimeOfDay) {
  const TimeZone zone("Europe/Berlin");
  DumpOptions options = Named("x");
  options.name_by = DumpNameBy::kStart;
  EXPECT_EQ(NameOfDump(kEnd + 61, false, options, {})->other_path, "x.010101");
  options.local_time = false;
  EXPECT_EQ(NameOfDump(kEnd + 61, true, options, {})->other_path, "x.000101");
}

TEST(DumpName, SurvivesAnyTime) {
  const TimeZone zone("UTC");
  EXPECT_EQ(PathOf(-5, Named("%Y")), "1970");
  EXPECT_EQ(PathOf(int64_t{1} << 60, Named("%Y")), "9999");
}

// When clocks are set back. The expected names are those that date(1) gives,
// and the abbreviation.
struct SetBack {
  const char* zone;
  seconds every;
  const char* file;
  int64_t at;
  const char* name;
};

class NameWhenClocksAreSetBack : public testing::TestWithParam<SetBack> {};

TEST_P(NameWhenClocksAreSetBack, IsTakenOnce) {
  const SetBack& param = GetParam();
  const TimeZone zone(param.zone);
  EXPECT_EQ(PathOf(param.at, Named(param.file), Every(param.every)),
            param.name);
}

constexpr const char* kBerlin = "Europe/Berlin";
constexpr const char* kNewYork = "America/New_York";
constexpr const char* kLordHowe = "Australia/Lord_Howe";
constexpr const char* kBeirut = "Asia/Beirut";
constexpr const char* kHavana = "America/Havana";
constexpr const char* kMinutes = "%d-%b.%H-%M";

INSTANTIATE_TEST_SUITE_P(
    Berlin, NameWhenClocksAreSetBack,
    testing::Values(
        SetBack{kBerlin, minutes(5), kMinutes, 1792886400, "25-Oct.02-00"},
        SetBack{kBerlin, minutes(5), kMinutes, 1792888200, "25-Oct.02-30"},
        SetBack{kBerlin, minutes(1), kMinutes, 1792889940, "25-Oct.02-59"},
        SetBack{kBerlin, minutes(5), kMinutes, 1792890000, "25-Oct.02-00.CET"},
        SetBack{kBerlin, minutes(5), kMinutes, 1792891800, "25-Oct.02-30.CET"},
        SetBack{kBerlin, seconds(1), kMinutes, 1792891800, "25-Oct.02-30.CET"},
        SetBack{kBerlin, hours(1), kMinutes, 1792890000, "25-Oct.02-00.CET"},
        SetBack{kBerlin, minutes(5), kMinutes, 1792893600, "25-Oct.03-00"},
        // It tells the zone itself.
        SetBack{kBerlin, minutes(5), "%H-%M%z", 1792891800, "02-30+0100"},
        SetBack{kBerlin, minutes(5), "%s", 1792891800, "1792891800"},
        // It has no hours: the same on every day.
        SetBack{kBerlin, minutes(5), "%d-%b", 1792891800, "25-Oct"},
        SetBack{kBerlin, minutes(5), "fixed", 1792891800, "fixed"},
        SetBack{kBerlin, minutes(5), "%M", 1792891800, "30"},
        // The dumps of an hour share a name, those of two hours do not.
        SetBack{kBerlin, minutes(5), "%d.%H", 1792888200, "25.02"},
        SetBack{kBerlin, minutes(5), "%d.%H", 1792891800, "25.02.CET"},
        // There was no dump with this name before: 02:40 CEST, 02:20 CET.
        SetBack{kBerlin, minutes(40), kMinutes, 1792891200, "25-Oct.02-20"},
        SetBack{kBerlin, minutes(40), "%d.%H", 1792891200, "25.02.CET"},
        SetBack{kBerlin, hours(24), kMinutes, 1792891800, "25-Oct.02-30"},
        // Clocks that are set forward leave a gap and repeat nothing.
        SetBack{kBerlin, minutes(5), kMinutes, 1774746000, "29-Mar.03-00"}));

INSTANTIATE_TEST_SUITE_P(
    Elsewhere, NameWhenClocksAreSetBack,
    testing::Values(
        SetBack{kNewYork, minutes(5), kMinutes, 1793511000, "01-Nov.01-30"},
        SetBack{kNewYork, minutes(5), kMinutes, 1793512800, "01-Nov.01-00.EST"},
        SetBack{kNewYork, minutes(5), kMinutes, 1793514600, "01-Nov.01-30.EST"},
        SetBack{kNewYork, minutes(5), kMinutes, 1793516400, "01-Nov.02-00"},
        // Set back by half an hour.
        SetBack{kLordHowe, minutes(5), kMinutes, 1775313900, "05-Apr.01-45"},
        SetBack{kLordHowe, minutes(5), kMinutes, 1775314800,
                "05-Apr.01-30.+1030"},
        SetBack{kLordHowe, minutes(5), kMinutes, 1775315700,
                "05-Apr.01-45.+1030"},
        SetBack{kLordHowe, minutes(5), kMinutes, 1775316600, "05-Apr.02-00"},
        // 01:00 before, 01:30 now.
        SetBack{kLordHowe, hours(1), "%d.%H", 1775311200, "05.01"},
        SetBack{kLordHowe, hours(1), "%d.%H", 1775314800, "05.01.+1030"},
        // The last hour of a day.
        SetBack{kBeirut, minutes(5), kMinutes, 1792873800, "24-Oct.23-30"},
        SetBack{kBeirut, minutes(5), kMinutes, 1792875600, "24-Oct.23-00.EET"},
        SetBack{kBeirut, minutes(5), kMinutes, 1792877400, "24-Oct.23-30.EET"},
        SetBack{kBeirut, minutes(5), "%d-%b", 1792877400, "24-Oct"},
        SetBack{kBeirut, minutes(5), kMinutes, 1792879200, "25-Oct.00-00"},
        // The first hour of a day.
        SetBack{kHavana, minutes(5), kMinutes, 1793507400, "01-Nov.00-30"},
        SetBack{kHavana, minutes(5), kMinutes, 1793509200, "01-Nov.00-00.CST"},
        SetBack{kHavana, minutes(5), kMinutes, 1793511000, "01-Nov.00-30.CST"},
        SetBack{kHavana, hours(1), "%d-%b", 1793509200, "01-Nov"},
        SetBack{kHavana, minutes(5), "%d-%b", 1793511000, "01-Nov"},
        SetBack{kHavana, minutes(5), kMinutes, 1793512800, "01-Nov.01-00"}));

TEST(DumpName, HasNoZoneWhereNothingIsOverwrittenOrTheClockIsUtc) {
  const TimeZone zone(kBerlin);
  const MeterGrid grid = Every(minutes(5));
  DumpOptions appended = Named(kMinutes);
  appended.mode = DumpMode::kAppend;
  EXPECT_EQ(PathOf(1792891800, appended, grid), "25-Oct.02-30");
  DumpOptions utc = Named(kMinutes);
  utc.local_time = false;
  EXPECT_EQ(PathOf(1792891800, utc, grid), "25-Oct.01-30");
  EXPECT_EQ(PathOf(1792891800, Named(kMinutes), grid, false), "25-Oct.02-30");
}

TEST(DumpName, OfTheStartIsTakenOnceToo) {
  const TimeZone zone(kBerlin);
  DumpOptions options = Named(kMinutes);
  options.name_by = DumpNameBy::kStart;
  const MeterGrid grid = Every(minutes(30));
  EXPECT_EQ(PathOf(1792890000, options, grid), "25-Oct.02-30");
  EXPECT_EQ(PathOf(1792891800, options, grid), "25-Oct.02-00.CET");
  EXPECT_EQ(PathOf(1792893600, options, grid), "25-Oct.02-30.CET");
  EXPECT_EQ(PathOf(1792895400, options, grid), "25-Oct.03-00");
}

}  // namespace
}  // namespace ipband
