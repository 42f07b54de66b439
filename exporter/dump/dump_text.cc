// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "exporter/text/one_line.h"

namespace ipband {
namespace {

constexpr size_t kLongestName = 34;
// Where the three numbers end.
constexpr size_t kColumns[] = {50, 65, 80};
constexpr size_t kTextLineBytes = kColumns[2] + 1;

std::string StampText(const DumpPage& page) {
  constexpr int64_t kLatest = 253402300799;  // the end of the year 9999
  const auto time =
      static_cast<time_t>(std::clamp<int64_t>(page.dump.at, 0, kLatest));
  std::tm parts{};
  if (page.local_time) {
    localtime_r(&time, &parts);
  } else {
    gmtime_r(&time, &parts);
  }
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y/%m/%d %H:%M:%S", &parts);
  return text.data();
}

std::string EveryText(std::chrono::seconds every) {
  const long long seconds = every.count();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lldd%02lld:%02lld:%02lld",
                seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60,
                seconds % 60);
  return text.data();
}

std::string HeadLines(const DumpPage& page, const std::string& stamp) {
  std::string interfaces;
  for (const std::string& interface : page.dump.interfaces) {
    if (!interfaces.empty()) interfaces += ',';
    // A file of packets may be called anything.
    interfaces += OneLine(interface);
  }
  return "# IPFMv0.11.5 " + stamp +
         (page.local_time ? " (local time)" : " (UTC)") + " -- dump every " +
         EveryText(page.every) + " -- listening on " + interfaces +
         "\n"
         "# Host                                  In (bytes)    Out (bytes)"
         "  Total (bytes)\n";
}

// Ends at the column, if it has room. ipband: numbers of 15 digits ran into
// the one before.
void AppendNumber(std::string& line, uint64_t number, size_t column) {
  std::array<char, 20> digits{};
  const char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto width = static_cast<size_t>(end - digits.data());
  const size_t used = line.size() + width;
  line.append(used < column ? column - used : 1, ' ');
  line.append(digits.data(), width);
}

// Others would not be where the host is expected, or be taken for a comment.
bool FitsTheColumn(std::string_view name) {
  return name.size() <= kLongestName && !name.starts_with('#');
}

std::string_view HostOf(const Address& address, const HostNameMap& names,
                        std::array<char, kMaxAddressText>& text) {
  if (!names.empty()) {
    const auto name = names.find(address);
    if (name != names.end() && FitsTheColumn(name->second)) return name->second;
  }
  const char* const end = FormatAddress(address, text.data());
  return {text.data(), static_cast<size_t>(end - text.data())};
}

std::string NotShownLine(const NotShown& not_shown) {
  return std::string("# ") + (not_shown.more_hosts ? "more than " : "") +
         std::to_string(not_shown.hosts) + " hosts not shown, " +
         std::to_string(not_shown.in) + ' ' + std::to_string(not_shown.out) +
         ' ' + std::to_string(not_shown.in + not_shown.out) + '\n';
}

}  // namespace

std::string DumpText(const DumpPage& page) {
  const std::string stamp = StampText(page);
  std::string text = HeadLines(page, stamp);
  text.reserve(text.size() + page.table.rows.size() * kTextLineBytes + 200);
  std::string line;
  std::array<char, kMaxAddressText> address{};
  for (const DumpRow& row : page.table.rows) {
    line = HostOf(row.address, page.names, address);
    AppendNumber(line, row.in, kColumns[0]);
    AppendNumber(line, row.out, kColumns[1]);
    AppendNumber(line, row.in + row.out, kColumns[2]);
    text += line;
    text += '\n';
  }
  if (!page.table.not_shown.empty()) text += NotShownLine(page.table.not_shown);
  text += "# end of dump " + stamp + '\n';
  return text;
}

}  // namespace ipband
