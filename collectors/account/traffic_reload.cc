// SPDX-License-Identifier: Apache-2.0
//
// The tables with other options: what stays, and what becomes of the rest.
#include <algorithm>

#include "collectors/account/traffic.h"

namespace ipband {

void Traffic::Reconfigure(const AccountingOptions& options,
                          const ThresholdOptions& thresholds) {
  // All that takes memory first, so that nothing has changed if there is none.
  RangeTable excluded = RangesOf(thresholds.exclude);
  const uint32_t max_hosts = MostHosts(options);
  std::optional<HostTable> hosts;
  if (max_hosts != hosts_.max()) hosts.emplace(max_hosts, seed_);
  std::vector<RankedHost> by_rank;
  if (max_hosts < hosts_.size()) by_rank.reserve(hosts_.size());
  const uint32_t max_connections = options.connections.max;
  if (!subnets_.Fits(options)) {
    SubnetTable subnets(subnets_, options, thresholds);
    ConnectionTable connections(connections_, max_connections,
                                subnets.places());
    BandwidthHistory history = BandwidthHistory::Moved(
        history_, subnets.rows(), subnets.places(), SubnetTable::kNone);
    const std::vector<Key> leaving = HostsThatLeave(subnets);
    Reshape(std::move(subnets), std::move(connections), leaving);
    history_ = std::move(history);
  } else {
    if (max_connections != connections_.max()) {
      std::vector<uint32_t> places(subnets_.rows());
      for (uint32_t i = 0; i < places.size(); ++i) places[i] = i;
      connections_ = ConnectionTable(connections_, max_connections, places);
    }
    subnets_.Reconfigure(options, thresholds);
  }
  if (hosts) {
    FitHosts(max_hosts, std::move(by_rank));
    hosts_.ForEach([&](const HostRow& row) { hosts->Insert(row); });
    hosts_ = *std::move(hosts);
  }
  options_ = options;
  tracker_ = ThresholdTracker(thresholds);
  excluded_ = std::move(excluded);
  excludes_ = !thresholds.exclude.empty();
  EndWatchesWithoutThreshold();
}

// Those whose subnet is another one in these tables, or none.
std::vector<Key> Traffic::HostsThatLeave(const SubnetTable& subnets) const {
  const std::vector<uint32_t>& places = subnets.places();
  std::vector<Key> leaving;
  hosts_.ForEach([&](const HostRow& host) {
    const Address address = host.address();
    const uint32_t place = subnets.IsLocal(host.capture, address)
                               ? subnets.Find(host.capture, address)
                               : SubnetTable::kNone;
    if (place == SubnetTable::kNone || place != places[host.subnet]) {
      leaving.push_back(host.key());
    }
  });
  return leaving;
}

// Hosts first, while the rows in which they are retired are where they were.
void Traffic::Reshape(SubnetTable subnets, ConnectionTable connections,
                      const std::vector<Key>& leaving) {
  const std::vector<uint32_t>& places = subnets.places();
  for (const Key& key : leaving) EraseHost(key);
  // So that admissions less evictions are the hosts there are.
  table_counters_.hosts_idle += leaving.size();
  for (uint32_t i = 0; i < subnets_.max_discovered(); ++i) {
    const bool gone = subnets_[i].used && places[i] == SubnetTable::kNone;
    if (gone) ++table_counters_.subnets_idle;
  }
  hosts_.ForEach([&](HostRow& host) { host.subnet = places[host.subnet]; });
  subnets.TakeOver(subnets_);
  subnets_ = std::move(subnets);
  connections_ = std::move(connections);
  ForgetNewcomers();
}

// Makes the rows fit a smaller table: those of the lowest rank leave. `rows`
// has room for all.
void Traffic::FitHosts(uint32_t max, std::vector<RankedHost> rows) {
  if (hosts_.size() <= max) return;
  hosts_.ForEach([&](const HostRow& row) {
    rows.push_back({row.rank, row.key()});
  });
  const auto leaving =
      rows.begin() + static_cast<std::ptrdiff_t>(rows.size() - max);
  std::nth_element(rows.begin(), leaving, rows.end());
  for (auto row = rows.begin(); row != leaving; ++row) EraseHost(row->second);
  table_counters_.hosts_idle += rows.size() - max;
}

// Nobody would end them.
void Traffic::EndWatchesWithoutThreshold() {
  for (uint32_t i = 0; i < subnets_.rows(); ++i) {
    SubnetRow& row = subnets_[i];
    if (!row.used || row.has_threshold || !row.watch.active) continue;
    row.watch = {.accumulated_seconds = row.watch.accumulated_seconds};
    row.watch_seconds = 0;
    connections_.Close(i);
  }
}

// They wanted places in other tables.
void Traffic::ForgetNewcomers() {
  for (size_t i = 0; i < captures_.size(); ++i) {
    new_hosts_.Take(static_cast<CaptureId>(i));
    new_subnets_.Take(static_cast<CaptureId>(i));
  }
}

}  // namespace ipband
