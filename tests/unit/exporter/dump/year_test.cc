// SPDX-License-Identifier: Apache-2.0
//
// A leap year of dumps in simulated time, where local time changes twice and
// the clock is set back by an hour and forward by a day. What the dumps are to
// be called was written down by GNU date, in tests/data/meter_names_2028.txt.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "collectors/meter/meters.h"
#include "exporter/dump/dump_name.h"
#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kWeek = 7 * kDay;
constexpr int64_t kYearBegin = 1830297600;  // 2028-01-01T00:00:00Z
constexpr int64_t kYearEnd = kYearBegin + 366 * kDay;
constexpr int64_t kSetBack = kYearBegin + 130 * kDay + 10 * kHour + 600;
constexpr int64_t kSetForward = kYearBegin + 246 * kDay + 8 * kHour + 1200;
constexpr uint64_t kBytes = 100;  // of each packet

MeterOptions Campus(const std::string& name, int64_t every) {
  MeterOptions options;
  options.name = name;
  options.rules = {LogRule{}};
  options.dump.every = std::chrono::seconds(every);
  options.max_hosts = 10;
  options.max_series = 10;
  return options;
}

// Meters that see a packet a minute, by a clock that may be set.
class Year {
 public:
  Year() {
    meters_.AddCapture(0, "eth0");
    for (int64_t at = kYearBegin - kHour; at < kYearEnd + 60; at += 60) {
      if (at == kSetBack && !std::exchange(was_set_back_, true)) at -= kHour;
      if (at == kSetForward) at += kDay;
      See(at);
    }
  }

  const std::vector<Dump>& of(const std::string& meter) {
    return dumps_[meter];
  }
  // In the periods that end in (begin, end], as the clock had it.
  uint64_t BytesSeen(int64_t begin, int64_t end) const {
    const auto from = seen_.lower_bound(begin);
    const auto to = seen_.lower_bound(end);
    uint64_t bytes = 0;
    for (auto i = from; i != to; ++i) bytes += i->second * kBytes;
    return bytes;
  }

 private:
  void See(int64_t at) {
    if (meters_.IsDue(0, at)) meters_.Reach(0, at);
    Packet packet;
    packet.source = *ParseAddress("10.0.0.1");
    packet.destination = *ParseAddress("192.0.2.1");
    packet.ip_length = kBytes;
    meters_.Account(0, {&packet, 1});
    // What is told twice by a clock that was set back is in the open period.
    latest_ = std::max(latest_, at);
    ++seen_[latest_];
  }

  std::vector<MeterOptions> Options() {
    std::vector<MeterOptions> options = {
        Campus("daily", kDay), Campus("hourly", kHour), Campus("weekly", kDay)};
    options.back().clear = MeterClear::kEvery;
    options.back().clear_grid.every = std::chrono::seconds(kWeek);
    return options;
  }

  std::map<std::string, std::vector<Dump>> dumps_;
  Meters meters_{Options(), std::chrono::hours(24), 1, [this](Dump dump) {
                   dumps_[dump.meter].push_back(std::move(dump));
                 }};
  bool was_set_back_ = false;
  int64_t latest_ = 0;
  std::map<int64_t, uint64_t> seen_;  // packets, by time
};

Year& TheYear() {
  static Year year;
  return year;
}

uint64_t OutBytes(const Dump& dump) {
  uint64_t bytes = 0;
  for (const DumpPart& part : dump.parts) {
    for (const DumpRow& row : *part.rows) bytes += row.out;
  }
  return bytes;
}

// By kind ("day", "hour") and time.
std::map<std::string, std::map<int64_t, std::string>> WrittenNames() {
  std::map<std::string, std::map<int64_t, std::string>> names;
  std::ifstream file(IPBAND_TEST_DATA "/meter_names_2028.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string kind;
    int64_t at = 0;
    words >> kind >> at;
    words >> names[kind][at];
  }
  return names;
}

std::map<int64_t, std::string> NamesOf(const std::string& meter,
                                       int64_t every) {
  const TimeZone zone("Europe/Berlin");
  DumpOptions options;
  options.file = "%d-%b.%H-%M";
  std::map<int64_t, std::string> names;
  for (const Dump& dump : TheYear().of(meter)) {
    const auto name = NameOfDump(dump.at, dump.scheduled, options,
                                 {.every = std::chrono::seconds(every)});
    names[dump.at] = name ? name->path : "none";
  }
  return names;
}

TEST(YearOfDumps, HasEachDayOnceUnderItsName) {
  std::map<int64_t, std::string> names = NamesOf("daily", kDay);
  EXPECT_EQ(TheYear().of("daily").size(), 367u);
  EXPECT_EQ(names.erase(kYearBegin), 1u);
  EXPECT_EQ(names, WrittenNames()["day"]);
}

TEST(YearOfDumps, HasEachHourOnceAndInOrder) {
  int64_t at = kYearBegin;
  for (const Dump& dump : TheYear().of("hourly")) {
    EXPECT_EQ(dump.at, at);
    at += kHour;
  }
  EXPECT_EQ(at, kYearEnd + kHour);
}

TEST(YearOfDumps, CallsHoursByTheirNamesWhereLocalTimeChanges) {
  const std::map<int64_t, std::string> names = NamesOf("hourly", kHour);
  auto written = WrittenNames();
  for (const auto& [at, name] : written["hour"]) {
    EXPECT_EQ(names.at(at), name);
  }
}

TEST(YearOfDumps, HasNoNameTwice) {
  std::set<std::string> names;
  for (const auto& [at, name] : NamesOf("hourly", kHour)) {
    if (at == kYearBegin) continue;  // has that of the end a year later
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(YearOfDumps, HasEachPacketInThePeriodOfItsTime) {
  for (const auto& [meter, every] :
       {std::pair("daily", kDay), std::pair("hourly", kHour)}) {
    for (const Dump& dump : TheYear().of(meter)) {
      EXPECT_EQ(OutBytes(dump), TheYear().BytesSeen(dump.at - every, dump.at))
          << meter << " " << dump.at;
    }
  }
}

// 1970-01-01 was a Thursday, and so are the days on which it is cleared.
TEST(YearOfDumps, IsClearedOnceAWeek) {
  const std::vector<Dump>& dumps = TheYear().of("weekly");
  ASSERT_EQ(dumps.size(), 367u);
  int64_t cleared = 0;
  for (const Dump& dump : dumps) {
    EXPECT_EQ(dump.cleared, dump.at % kWeek == 0) << dump.at;
    EXPECT_EQ(OutBytes(dump), TheYear().BytesSeen(cleared, dump.at)) << dump.at;
    if (dump.at % kWeek == 0) cleared = dump.at;
  }
}

}  // namespace
}  // namespace ipband
