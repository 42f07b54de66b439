// SPDX-License-Identifier: Apache-2.0
#include "exporter/subnet_view.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace ipband {
namespace {

// Files are read by their own time, so that nothing of theirs is to come.
std::optional<int64_t> PeriodEndsIn(const Snapshot& snapshot,
                                    const SubnetRow& row, int64_t now) {
  const int64_t end = snapshot.captures[row.capture].period_end;
  const int64_t period = snapshot.rules->accounting.averaging_period.count();
  if (snapshot.finished || end == 0 || end - now > period) return std::nullopt;
  if (now - end > period) return std::nullopt;
  return std::max<int64_t>(0, end - now);
}

// A report falls due at the first period end at which the excess has lasted
// long enough.
std::optional<int64_t> ReportIn(const Snapshot& snapshot, const SubnetRow& row,
                                int64_t now) {
  const std::optional<int64_t> left = PeriodEndsIn(snapshot, row, now);
  if (!left || !row.watch.active) return std::nullopt;
  const AccountingRules& rules = *snapshot.rules;
  const int64_t period = rules.accounting.averaging_period.count();
  const int64_t end = snapshot.captures[row.capture].period_end;
  const int64_t due =
      row.watch.report_clock + rules.thresholds.report_period.count();
  const int64_t periods = std::max<int64_t>(0, due - end + period - 1) / period;
  return *left + periods * period;
}

}  // namespace

SubnetOnPage SubnetViewOf(const Snapshot& snapshot, size_t subnet,
                          const Exposition& exposition, int64_t now) {
  const SubnetRow& row = snapshot.subnets[subnet];
  SubnetOnPage view;
  view.interface = snapshot.captures[row.capture].status.interface;
  view.subnet = ToString(row.prefix);
  view.name = exposition.NameOf(*snapshot.rules, row);
  if (row.age > 0) view.bandwidth = row.bandwidth;
  view.recent = row.recent.BytesPerSecond();
  if (row.has_threshold) view.threshold = row.threshold;
  view.history = snapshot.history[subnet];
  view.watched = row.watch.active;
  view.reported = row.watch.active && row.watch.reported;
  view.watch_seconds = static_cast<int64_t>(row.watch_seconds);
  view.period_ends_in = PeriodEndsIn(snapshot, row, now);
  view.report_in = ReportIn(snapshot, row, now);
  return view;
}

bool IsBusier(const HostSnapshot& a, const HostSnapshot& b) {
  const auto key = [](const HostSnapshot& host) {
    return std::tuple(host.rank, host.receive_bytes + host.transmit_bytes);
  };
  if (key(a) != key(b)) return key(a) > key(b);
  return a.address < b.address;
}

std::vector<const HostSnapshot*> TopHosts(const Snapshot& snapshot) {
  std::vector<const HostSnapshot*> top(snapshot.subnets.size());
  for (const HostSnapshot& host : snapshot.hosts) {
    const HostSnapshot*& best = top[host.subnet];
    if (best == nullptr || IsBusier(host, *best)) best = &host;
  }
  return top;
}

}  // namespace ipband
