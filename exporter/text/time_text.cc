// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace ipband {
namespace {

constexpr int64_t kLatest = 253402300799;  // the end of the year 9999
// Unlike strftime's, the same in every locale.
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed",
                                 "Thu", "Fri", "Sat"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm UtcOf(int64_t seconds) {
  const auto time =
      static_cast<time_t>(std::clamp<int64_t>(seconds, 0, kLatest));
  std::tm utc{};
  gmtime_r(&time, &utc);
  return utc;
}

std::string Format(const char* format, const std::tm& utc) {
  std::array<char, 96> text{};  // room for any six integers
  std::snprintf(text.data(), text.size(), format, utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text.data();
}

// Takes exactly this many digits off the text.
std::optional<int> TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text[0]) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// ".123"; false if there is a point and no digit.
bool DropFraction(std::string_view& text) {
  if (!Take(text, ".")) return true;
  if (!TakeDigits(text, 1)) return false;
  while (TakeDigits(text, 1)) {
  }
  return true;
}

// "20:29:15", in seconds. RFC 3339 knows leap seconds.
std::optional<int64_t> TakeTimeOfDay(std::string_view& text) {
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59 || !Take(text, ":")) return std::nullopt;
  const auto second = TakeDigits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  return *hour * 3600 + *minute * 60 + *second;
}

// "Z" or "+01:00", in seconds east of UTC.
std::optional<int64_t> TakeOffset(std::string_view& text) {
  if (Take(text, "Zz")) return 0;
  const bool west = text.starts_with('-');
  if (!Take(text, "+-")) return std::nullopt;
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const int64_t offset = *hour * 3600 + *minute * 60;
  return west ? -offset : offset;
}

}  // namespace

std::string LocalTimeText(int64_t seconds) {
  const auto time =
      static_cast<time_t>(std::clamp<int64_t>(seconds, 0, kLatest));
  std::tm local{};
  localtime_r(&time, &local);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%s %s%3d %02d:%02d:%02d %d",
                kDays[local.tm_wday], kMonths[local.tm_mon], local.tm_mday,
                local.tm_hour, local.tm_min, local.tm_sec,
                local.tm_year + 1900);
  return text.data();
}

std::string CompactUtc(int64_t seconds) {
  return Format("%04d%02d%02dT%02d%02d%02dZ", UtcOf(seconds));
}

std::string Rfc3339Utc(int64_t seconds) {
  return Format("%04d-%02d-%02dT%02d:%02d:%02dZ", UtcOf(seconds));
}

std::string InternetDate(int64_t seconds) {
  const std::tm utc = UtcOf(seconds);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d",
                kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text.data();
}

std::optional<int64_t> ParseRfc3339(std::string_view text) {
  using std::chrono::day, std::chrono::month, std::chrono::year;
  const auto y = TakeDigits(text, 4);
  if (!y || !Take(text, "-")) return std::nullopt;
  const auto m = TakeDigits(text, 2);
  if (!m || !Take(text, "-")) return std::nullopt;
  const auto d = TakeDigits(text, 2);
  if (!d || !Take(text, "Tt")) return std::nullopt;
  const std::chrono::year_month_day date(year(*y),
                                         month(static_cast<unsigned>(*m)),
                                         day(static_cast<unsigned>(*d)));
  const auto time = TakeTimeOfDay(text);
  if (!date.ok() || !time || !DropFraction(text)) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::seconds midnight =
      std::chrono::sys_days(date).time_since_epoch();
  return midnight.count() + *time - *offset;
}

std::optional<int64_t> ParseRfc3339Utc(std::string_view text) {
  const std::optional<int64_t> seconds = ParseRfc3339(text);
  if (!seconds || Rfc3339Utc(*seconds) != text) return std::nullopt;
  return seconds;
}

}  // namespace ipband
