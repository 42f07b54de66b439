// SPDX-License-Identifier: Apache-2.0
#include "exporter/traffic_summary.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

#include "exporter/text/one_line.h"
#include "exporter/web/html.h"

namespace ipband {
namespace {

// Rows of tables come and go; whatever a capture holds, these are all.
constexpr size_t kMostRows = 65536;
constexpr size_t kMostLines = 50;

using Line = std::array<std::string, 9>;
constexpr size_t kFirstNumber = 3;  // columns from here on are right-aligned

void AppendLine(const Line& line, const std::array<size_t, 9>& widths,
                std::string& text) {
  std::string row;
  for (size_t i = 0; i < line.size(); ++i) {
    if (widths[i] == 0) continue;
    const std::string gap(widths[i] - std::min(widths[i], line[i].size()), ' ');
    if (!row.empty()) row += "  ";
    row += i < kFirstNumber ? line[i] + gap : gap + line[i];
  }
  row.erase(row.find_last_not_of(' ') + 1);
  text += row + "\n";
}

std::string Table(const std::vector<Line>& lines) {
  std::array<size_t, 9> widths{};
  for (size_t i = 0; i < widths.size(); ++i) {
    // A column without content has no head either.
    const bool used =
        std::any_of(lines.begin() + 1, lines.end(),
                    [i](const Line& line) { return !line[i].empty(); });
    for (const Line& line : lines) {
      if (used) widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  for (const Line& line : lines) AppendLine(line, widths, text);
  return text;
}

std::string BitRate(double bytes_per_second) {
  return HumanBitRate(bytes_per_second * 8);
}

}  // namespace

Intake::Listener TrafficSummary::Beside(Intake::Listener listener) {
  Intake::Listener both = listener;
  both.measured = [this, measured = listener.measured](
                      const std::string& interface, const SubnetRow& subnet,
                      const PeriodEnd& period) {
    Measured(interface, subnet, period);
    measured(interface, subnet, period);
  };
  both.verdict = [this, verdict = listener.verdict](
                     const std::string& interface, const SubnetRow& subnet,
                     const ThresholdEvent& event) {
    if (event.verdict == Verdict::kReportDue) ReportDue(interface, subnet);
    verdict(interface, subnet, event);
  };
  return both;
}

void TrafficSummary::Measured(const std::string& interface,
                              const SubnetRow& subnet,
                              const PeriodEnd& period) {
  Capture& capture = captures_[interface];
  capture.begin = std::min(capture.begin, period.end - period.length);
  capture.end = std::max(capture.end, period.end);
  auto found = capture.rows.find(subnet.prefix);
  if (found == capture.rows.end()) {
    full_ = full_ || rows_ == kMostRows;
    if (rows_ == kMostRows) return;
    ++rows_;
    found = capture.rows.emplace(subnet.prefix, Row()).first;
  }
  Row& row = found->second;
  row.named = subnet.named;
  row.threshold = subnet.threshold;
  row.has_threshold = subnet.has_threshold;
  if (row.peak_at == 0 || subnet.bandwidth > row.peak) {
    row.peak = subnet.bandwidth;
    row.peak_at = period.end;
  }
  row.bytes += subnet.bandwidth * static_cast<double>(period.length);
  if (row.has_threshold && subnet.bandwidth >= row.threshold) {
    row.seconds_over += static_cast<uint64_t>(period.length);
  }
}

void TrafficSummary::ReportDue(const std::string& interface,
                               const SubnetRow& subnet) {
  ++reports_;
  std::map<Prefix, Row>& rows = captures_[interface].rows;
  const auto found = rows.find(subnet.prefix);
  if (found != rows.end()) ++found->second.reports;
}

std::string TrafficSummary::Text(const AccountingOptions& options) const {
  struct Place {
    const std::string& interface;
    const Capture& capture;
    const Prefix& subnet;
    const Row& row;
    auto importance() const {
      return std::tuple(row.reports, row.seconds_over, row.peak);
    }
  };
  std::vector<Place> places;
  for (const auto& [interface, capture] : captures_) {
    for (const auto& [subnet, row] : capture.rows) {
      places.push_back({interface, capture, subnet, row});
    }
  }
  if (places.empty()) return "";
  std::vector<const Place*> order;
  for (const Place& place : places) order.push_back(&place);
  std::stable_sort(order.begin(), order.end(),
                   [](const Place* a, const Place* b) {
                     return a->importance() > b->importance();
                   });
  const size_t shown = std::min(order.size(), kMostLines);
  std::vector<Line> lines = {{"SUBNET", "NAME", "INTERFACE", "THRESHOLD",
                              "PEAK", "AT", "MEAN", "OVER", "REPORTS"}};
  for (size_t i = 0; i < shown; ++i) {
    const auto& [interface, capture, subnet, row] = *order[i];
    const auto seconds = static_cast<double>(capture.end - capture.begin);
    lines.push_back(
        {ToString(subnet),
         row.named == SubnetRow::kDiscovered
             ? ""
             : OneLine(options.subnets[row.named].name),
         captures_.size() > 1 ? OneLine(interface) : "",
         row.has_threshold ? BitRate(row.threshold) : "", BitRate(row.peak),
         UtcTime(row.peak_at), BitRate(row.bytes / seconds),
         HumanDuration(row.seconds_over), std::to_string(row.reports)});
  }
  std::string text = Table(lines);
  if (shown < order.size()) {
    text += "and " + std::to_string(order.size() - shown) + " more subnets\n";
  }
  if (full_) {
    text += "Subnets that came later than the first " +
            std::to_string(kMostRows) + " are not listed.\n";
  }
  return text;
}

void TrafficSummary::PrintBesideLog(const Options& options) const {
  if (options.log.format != LogFormat::kLogfmt) return;
  if (options.log.level > LogLevel::kInfo) return;
  std::fputs(Text(options.config.accounting).c_str(), stderr);
}

}  // namespace ipband
