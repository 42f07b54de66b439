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

// What falls due at a time comes at the first period end from there on.
// REQUIRES: `left` is what is left of the open period.
int64_t DueIn(const Snapshot& snapshot, const SubnetRow& row, int64_t due,
              int64_t left) {
  const int64_t period = snapshot.rules->accounting.averaging_period.count();
  const int64_t end = snapshot.captures[row.capture].period_end;
  return left + std::max<int64_t>(0, due - end + period - 1) / period * period;
}

// What comes of a watch if the open period and those to come are like the last
// one: below the threshold there is no report, and from the share of it that
// ThresholdTracker calls clear the watch has an end.
void LookAhead(const Snapshot& snapshot, const SubnetRow& row, int64_t now,
               SubnetOnPage& view) {
  if (!row.watch.active || !view.period_ends_in) return;
  const ThresholdOptions& rules = snapshot.rules->thresholds;
  const int64_t left = *view.period_ends_in;
  if (view.over()) {
    view.report_in =
        DueIn(snapshot, row,
              row.watch.report_clock + rules.report_period.count(), left);
    return;
  }
  const int64_t last_end = snapshot.captures[row.capture].period_end -
                           snapshot.rules->accounting.averaging_period.count();
  const int64_t since = row.watch.last_not_clear;
  if (since >= last_end) return;
  view.quiet_seconds = std::max<int64_t>(0, now - since);
  view.watch_ends_in =
      DueIn(snapshot, row, since + rules.clear_after.count(), left);
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
  LookAhead(snapshot, row, now, view);
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
