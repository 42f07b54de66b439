// SPDX-License-Identifier: Apache-2.0
//
// What leaves the tables: the detail of a report, and what outlives the
// program and comes back.
#include "collectors/account/traffic_state.h"

#include <algorithm>

#include "collectors/account/traffic.h"

namespace ipband {

Report Traffic::MakeReport(const SubnetRow& row,
                           const ThresholdEvent& event) const {
  ConnectionTable::Detail detail = connections_.DetailOf(subnets_.IndexOf(row));
  Report report;
  report.subnet = row.prefix;
  report.at = event.at;
  report.since = event.since;
  report.detail_since = row.watch.detail_since;
  report.bandwidth = event.bandwidth;
  report.threshold = event.threshold;
  report.exceeded_seconds = event.exceeded_seconds;
  report.accumulated_seconds = row.watch.accumulated_seconds;
  report.dropped_packets = event.dropped_packets;
  report.repeated = event.repeated;
  report.connections = std::move(detail.connections);
  report.others = detail.others;
  return report;
}

void Traffic::SetOutage(CaptureId capture, int64_t begin, int64_t end) {
  outages_[capture] = {begin, end};
}

int64_t Traffic::MissedSince(CaptureId capture, int64_t start) const {
  const Outage& outage = outages_[capture];
  return std::max<int64_t>(0, outage.end - std::max(outage.begin, start));
}

std::vector<SubnetState> Traffic::StateOf(CaptureId capture) const {
  std::vector<SubnetState> subnets;
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    const SubnetRow& row = subnets_[i];
    if (!row.used || row.capture != capture) continue;
    const SubnetState state{
        .subnet = row.prefix,
        .watch = row.watch,
        .period = row.PeriodBytes(),
        .last_report = row.last_report,
        .last_report_start = row.last_report_start,
        .bandwidth = static_cast<uint64_t>(std::min(row.bandwidth, 1e18))};
    const bool says_something =
        row.watch.active || row.watch.accumulated_seconds > 0 ||
        row.last_report > 0 || state.period.receive > 0 ||
        state.period.transmit > 0;
    if (says_something) subnets.push_back(state);
  }
  return subnets;
}

// The row of a subnet that was kept, if there is still such a subnet.
SubnetRow* Traffic::RowOf(CaptureId capture, const Prefix& subnet) {
  if (!subnets_.IsLocal(capture, subnet.network)) return nullptr;
  uint32_t number = subnets_.Find(capture, subnet.network);
  if (number == SubnetTable::kNone) {
    if (subnets_.Discoverable(subnet.network) != subnet) return nullptr;
    number = subnets_.Discover(capture, subnet.network);
    if (number == SubnetTable::kNone) return nullptr;
  }
  return subnets_[number].prefix == subnet ? &subnets_[number] : nullptr;
}

void Traffic::Restore(CaptureId capture, const CaptureState& state,
                      int64_t now) {
  for (const SubnetState& subnet : state.subnets) {
    SubnetRow* row = RowOf(capture, subnet.subnet);
    if (row == nullptr) continue;
    RestoreRow(subnet, now, *row);
    if (!row->watch.active) continue;
    row->watch_seconds = static_cast<uint64_t>(
        std::max<int64_t>(0, state.period_start - row->watch.started));
    connections_.Open(subnets_.IndexOf(*row));
  }
}

void Traffic::RepeatReports(CaptureId capture, int64_t at,
                            const EventSink& sink) const {
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    const SubnetRow& row = subnets_[i];
    const bool due = row.used && row.capture == capture && at > 0 &&
                     row.last_report == at && row.has_threshold;
    if (!due) continue;
    // By the row: the watch may have been too old.
    const int64_t exceeded = std::max<int64_t>(0, at - row.last_report_start);
    sink(row, {.verdict = Verdict::kReportDue,
               .at = at,
               .since = row.last_report_start,
               .bandwidth = row.bandwidth,
               .threshold = row.threshold,
               .exceeded_seconds = static_cast<uint64_t>(exceeded),
               .dropped_packets = row.watch.dropped_packets,
               .repeated = true});
  }
}

void Traffic::RestoreRow(const SubnetState& subnet, int64_t now,
                         SubnetRow& row) {
  row.last_report = subnet.last_report;
  row.last_report_start = subnet.last_report_start;
  row.bandwidth = static_cast<double>(subnet.bandwidth);
  row.carried = subnet.period;
  row.last_active = static_cast<uint32_t>(now);
  // It may be judged again some day.
  row.watch.accumulated_seconds = subnet.watch.accumulated_seconds;
  if (!row.has_threshold) return;
  row.watch = subnet.watch;
  row.watch.detail_since = now;
}

}  // namespace ipband
