// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_query.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace ipband {
namespace {

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
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

int64_t TimeOf(std::string_view name, std::string_view text) {
  const std::optional<int64_t> time = ParseTime(text);
  if (!time) {
    throw BadQuery(std::string(name) +
                   " is not a time; allowed: Unix seconds, or RFC 3339 like "
                   "2026-11-21T20:29:15Z");
  }
  return *time;
}

}  // namespace

bool ReportFilter::Matches(const Report& report) const {
  return (interface.empty() || interface == report.interface) &&
         (!subnet || *subnet == report.subnet) && since <= report.at &&
         report.at <= until;
}

ReportFilter ParseReportFilter(const Query& query) {
  ReportFilter filter;
  for (const auto& [name, value] : query) {
    if (name == "interface") {
      filter.interface = value;
    } else if (name == "subnet") {
      filter.subnet = ParsePrefix(value);
      if (!filter.subnet && !value.empty()) {
        throw BadQuery("subnet is not a network; allowed: 10.1.1.0/24");
      }
    } else if (name == "since") {
      filter.since = TimeOf(name, value);
    } else if (name == "until") {
      filter.until = TimeOf(name, value);
    } else if (name == "limit") {
      const std::optional<int64_t> limit = ParseInteger(value);
      if (!limit || *limit < 1 || *limit > 1000) {
        throw BadQuery("limit is not a number from 1 to 1000");
      }
      filter.limit = static_cast<size_t>(*limit);
    } else {
      throw BadQuery(
          "unknown parameter; allowed: interface, subnet, since, until, limit");
    }
  }
  return filter;
}

std::optional<int64_t> ParseTime(std::string_view text) {
  const size_t dot = text.find('.');
  std::string_view fraction = text.substr(std::min(dot, text.size()));
  if (DropFraction(fraction) && fraction.empty()) {
    const std::optional<int64_t> seconds = ParseInteger(text.substr(0, dot));
    if (seconds) return seconds;
  }
  return ParseRfc3339(text);
}

}  // namespace ipband
