// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_name.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace ipband {
namespace {

constexpr int64_t kDay = 86400;

std::tm PartsOf(int64_t seconds, bool local) {
  constexpr int64_t kLatest = 253402300799;  // the end of the year 9999
  const auto time =
      static_cast<time_t>(std::clamp<int64_t>(seconds, 0, kLatest));
  std::tm parts{};
  if (!local) {
    gmtime_r(&time, &parts);
    return parts;
  }
  // So that another time zone of the system is seen.
  tzset();
  localtime_r(&time, &parts);
  return parts;
}

// All conversions are libc's, and so is what becomes of unknown ones. Nothing
// if the result is too long.
std::optional<std::string> Format(const std::string& format,
                                  const std::tm& parts) {
  // One character more tells an empty result from one that has no room.
  const std::string longer = "." + format;
  std::string text(kMostDumpNameBytes + 2, '\0');
  text.resize(std::strftime(text.data(), text.size(), longer.c_str(), &parts));
  if (text.empty()) return std::nullopt;
  return text.substr(1);
}

// By how much the clock was set back, if `time` is in the hour (or whatever it
// was) that it shows for the second time; else 0.
int64_t RepeatedBy(int64_t time) {
  const auto offset_at = [](int64_t at) {
    return int64_t{PartsOf(at, true).tm_gmtoff};
  };
  const int64_t before = offset_at(time - kDay);
  const int64_t shift = before - offset_at(time);
  return shift > 0 && offset_at(time - shift) == before ? shift : 0;
}

// What a clock on the wall shows that is so much earlier; or later, where that
// would be another day: names that tell days apart need not tell hours apart.
std::optional<std::tm> SameDayOnTheWall(const std::tm& parts, int64_t apart) {
  const int64_t of_day =
      parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec;
  if (apart > of_day && of_day + apart >= kDay) return std::nullopt;
  const int64_t then = apart <= of_day ? of_day - apart : of_day + apart;
  std::tm wall = parts;
  wall.tm_hour = static_cast<int>(then / 3600);
  wall.tm_min = static_cast<int>(then / 60 % 60);
  wall.tm_sec = static_cast<int>(then % 60);
  return wall;
}

// Whether a dump before the clock was set back had the same name, which it
// would not have had on any other day.
bool NameIsTaken(const std::string& format, int64_t time, int64_t every) {
  const int64_t shift = RepeatedBy(time);
  if (shift == 0 || every <= 0) return false;
  const std::tm parts = PartsOf(time, true);
  const std::optional<std::string> name = Format(format, parts);
  for (int64_t apart = every; apart == every || apart < 2 * shift;
       apart += every) {
    if (Format(format, PartsOf(time - apart, true)) != name) continue;
    const std::optional<std::tm> wall = SameDayOnTheWall(parts, apart);
    if (wall && Format(format, *wall) != name) return true;
  }
  return false;
}

// The last time on the grid that is not behind `time`.
int64_t StartOfPeriod(int64_t time, const MeterGrid& grid) {
  const int64_t every = grid.every.count();
  if (every <= 0) return time;
  const int64_t past = (time - grid.after.count()) % every;
  return time - (past < 0 ? past + every : past);
}

// A period that a signal cuts short is named like the whole one.
int64_t NamedTime(int64_t at, bool scheduled, DumpNameBy by,
                  const MeterGrid& grid) {
  if (by == DumpNameBy::kEnd) return at;
  return scheduled ? at - grid.every.count() : StartOfPeriod(at, grid);
}

std::string TimeOfDay(int64_t at, bool local) {
  const std::tm parts = PartsOf(at, local);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), ".%H%M%S", &parts);
  return text.data();
}

}  // namespace

std::optional<DumpName> NameOfDump(int64_t at, bool scheduled,
                                   const DumpOptions& options,
                                   const MeterGrid& grid) {
  const int64_t time = NamedTime(at, scheduled, options.name_by, grid);
  const std::tm parts = PartsOf(time, options.local_time);
  std::optional<std::string> path = Format(options.file, parts);
  if (!path) return std::nullopt;
  if (scheduled && options.local_time && options.mode == DumpMode::kReplace &&
      NameIsTaken(options.file, time, grid.every.count())) {
    *path += "." + std::string(parts.tm_zone);
  }
  return DumpName{*path, *path + TimeOfDay(at, options.local_time)};
}

}  // namespace ipband
