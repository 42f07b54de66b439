// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/report_id.h"

#include <algorithm>

#include "collectors/account/report.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

// The label of a file being replayed may be long. With 16 characters of time
// and 49 of prefix it stays below kMaxReportId.
constexpr size_t kMaxInterface = 128;

constexpr std::string_view kTimeShape = "00000000T000000Z-";

// By hand: isdigit and isalnum depend on the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsSafe(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("._-@+").find(c) != std::string_view::npos;
}

std::string Name(int64_t time, const Report& report) {
  std::string interface = report.interface.substr(0, kMaxInterface);
  std::replace_if(
      interface.begin(), interface.end(), [](char c) { return !IsSafe(c); },
      '_');
  std::string subnet = ToString(report.subnet);
  std::replace(subnet.begin(), subnet.end(), '/', '_');
  std::replace(subnet.begin(), subnet.end(), ':', '-');
  return CompactUtc(time) + "-" + interface + "-" + subnet;
}

bool BeginsWithTime(std::string_view text) {
  if (text.size() < kTimeShape.size()) return false;
  for (size_t i = 0; i < kTimeShape.size(); ++i) {
    const bool fits =
        kTimeShape[i] == '0' ? IsDigit(text[i]) : text[i] == kTimeShape[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::string ReportId(const Report& report) { return Name(report.at, report); }

bool IsReportId(std::string_view text) {
  if (text.size() > kMaxReportId || !BeginsWithTime(text)) return false;
  if (!std::all_of(text.begin(), text.end(), IsSafe)) return false;
  // A prefix length at the end.
  const std::string_view bits = text.substr(text.rfind('_') + 1);
  return bits.size() < text.size() && !bits.empty() && bits.size() <= 3 &&
         std::all_of(bits.begin(), bits.end(), IsDigit);
}

std::string EpisodeOf(const Report& report) {
  return Name(report.since, report);
}

}  // namespace ipband
