// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_query.h"

#include <algorithm>
#include <charconv>

#include "exporter/text/time_text.h"

namespace ipband {
namespace {

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

// ".123"
bool IsFraction(std::string_view text) {
  return text.size() > 1 && text[0] == '.' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
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
  const size_t dot = std::min(text.find('.'), text.size());
  if (dot == text.size() || IsFraction(text.substr(dot))) {
    const std::optional<int64_t> seconds = ParseInteger(text.substr(0, dot));
    if (seconds) return seconds;
  }
  return ParseRfc3339(text);
}

}  // namespace ipband
