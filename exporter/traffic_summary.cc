// SPDX-License-Identifier: Apache-2.0
#include "exporter/traffic_summary.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

#include "exporter/text/one_line.h"
#include "exporter/text/text_table.h"
#include "exporter/web/html.h"

namespace ipband {
namespace {

// Rows of tables come and go; whatever a capture holds, these are all.
constexpr size_t kMostRows = 65536;
constexpr size_t kMostLines = 50;

// A column without content has no head either.
std::string Drawn(TextTable table) {
  for (size_t i = table.columns.size(); i-- > 0;) {
    const bool used =
        std::any_of(table.rows.begin(), table.rows.end(),
                    [i](const auto& row) { return !row[i].text.empty(); });
    if (used) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    table.columns.erase(table.columns.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
  std::string text;
  for (const std::string& line : DrawTable(table, table.rows.size(), {})) {
    text += line + "\n";
  }
  return text;
}

}  // namespace

Intake::Listener TrafficSummary::Beside(const Intake::Listener& listener) {
  Intake::Listener both = listener;
  both.second_begins = [this, begins = listener.second_begins](CaptureId id,
                                                               int64_t second) {
    SecondBegins(id, second);
    begins(id, second);
  };
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

void TrafficSummary::SecondBegins(CaptureId id, int64_t second) {
  Span& span = spans_.try_emplace(id, Span{second, second}).first->second;
  span.first = std::min(span.first, second);
  span.last = std::max(span.last, second);
}

void TrafficSummary::Measured(const std::string& interface,
                              const SubnetRow& subnet,
                              const PeriodEnd& period) {
  Capture& capture = captures_[interface];
  capture.begin = std::min(capture.begin, period.end - period.length);
  capture.end = std::max(capture.end, period.end);
  auto found = capture.rows.find(subnet.prefix);
  if (found == capture.rows.end()) {
    if (rows_ == kMostRows) {
      full_ = true;
      return;
    }
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

std::string TrafficSummary::TooShort(const AccountingOptions& options) const {
  if (spans_.empty()) return "";
  int64_t longest = 0;
  for (const auto& [id, span] : spans_) {
    longest = std::max(longest, span.last - span.first);
  }
  const int64_t period = options.averaging_period.count();
  // Longer, with no packet that counts until its last seconds.
  if (longest >= period) return "";
  return "The captures span " + HumanDuration(static_cast<uint64_t>(longest)) +
         ", less than one averaging period (" +
         HumanDuration(static_cast<uint64_t>(period)) +
         "): nothing was judged.\n";
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
  if (places.empty()) return TooShort(options);
  std::vector<const Place*> order;
  order.reserve(places.size());
  for (const Place& place : places) order.push_back(&place);
  std::stable_sort(order.begin(), order.end(),
                   [](const Place* a, const Place* b) {
                     return a->importance() > b->importance();
                   });
  const size_t shown = std::min(order.size(), kMostLines);
  TextTable table;
  table.columns = {{"SUBNET"},          {"NAME"},       {"INTERFACE"},
                   {"THRESHOLD", true}, {"PEAK", true}, {"AT", true},
                   {"MEAN", true},      {"OVER", true}, {"REPORTS", true}};
  for (size_t i = 0; i < shown; ++i) {
    const auto& [interface, capture, subnet, row] = *order[i];
    const auto seconds = static_cast<double>(capture.end - capture.begin);
    table.rows.push_back(
        {{ToString(subnet)},
         {row.named == SubnetRow::kDiscovered
              ? ""
              : OneLine(options.subnets[row.named].name)},
         {captures_.size() > 1 ? OneLine(interface) : ""},
         {row.has_threshold ? HumanBitRate(row.threshold) : ""},
         {HumanBitRate(row.peak)},
         {UtcTime(row.peak_at)},
         {HumanBitRate(row.bytes / seconds)},
         {HumanDuration(row.seconds_over)},
         {std::to_string(row.reports)}});
  }
  std::string text = Drawn(std::move(table));
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
