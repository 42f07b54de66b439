// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace ipband {
namespace {

constexpr int64_t kLatest = 253402300799;  // the end of the year 9999

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

}  // namespace

std::string LocalTimeText(int64_t seconds) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed",
                                   "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time =
      static_cast<time_t>(std::clamp<int64_t>(seconds, 0, kLatest));
  std::tm local{};
  localtime_r(&time, &local);
  std::array<char, 96> text{};
  // Like ctime, and unlike strftime, whatever the locale.
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

std::optional<int64_t> ParseRfc3339Utc(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (text.size() != kShape.size()) return std::nullopt;
  const auto field = [&](size_t at, size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  std::tm utc{};
  utc.tm_year = field(0, 4) - 1900;
  utc.tm_mon = field(5, 2) - 1;
  utc.tm_mday = field(8, 2);
  utc.tm_hour = field(11, 2);
  utc.tm_min = field(14, 2);
  utc.tm_sec = field(17, 2);
  const int64_t seconds = timegm(&utc);
  // Whatever was no digit, separator or day of the calendar comes out changed.
  if (Rfc3339Utc(seconds) != text) return std::nullopt;
  return seconds;
}

}  // namespace ipband
