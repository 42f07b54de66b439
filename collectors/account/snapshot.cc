// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/snapshot.h"

#include <algorithm>
#include <tuple>

#include "collectors/host/huge_pages.h"

namespace ipband {

void CopyTables(const Traffic& traffic, Snapshot& snapshot) {
  const SubnetTable& subnets = traffic.subnets();
  std::vector<uint32_t> order;
  for (uint32_t row = 0; row < subnets.rows(); ++row) {
    if (subnets[row].used) order.push_back(row);
  }
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(subnets[a].capture, subnets[a].prefix) <
           std::tie(subnets[b].capture, subnets[b].prefix);
  });
  std::vector<uint32_t> place(subnets.rows());
  snapshot.subnets.reserve(order.size());
  for (const uint32_t row : order) {
    place[row] = static_cast<uint32_t>(snapshot.subnets.size());
    snapshot.subnets.push_back(subnets[row]);
  }

  snapshot.tables = traffic.table_counters();
  const HostTable& hosts = traffic.hosts();
  snapshot.tracked_hosts = hosts.size();
  snapshot.connections = traffic.connections().size();
  if (snapshot.detail < SnapshotDetail::kHosts) return;
  snapshot.hosts.reserve(hosts.size());
  // Page by page, the kernel takes longer to hand out the memory of a million
  // rows than copying them does.
  AskForHugePages(snapshot.hosts.data(),
                  snapshot.hosts.capacity() * sizeof(HostSnapshot));
  hosts.ForEach([&](const HostRow& row) {
    snapshot.hosts.push_back({row.address(), place[row.subnet],
                              row.receive_bytes, row.transmit_bytes, row.rank});
  });
  if (snapshot.detail < SnapshotDetail::kHistory) return;
  snapshot.history.reserve(order.size());
  for (const uint32_t row : order) {
    snapshot.history.push_back(traffic.HistoryOf(row));
  }
  if (snapshot.detail < SnapshotDetail::kConnections) return;
  snapshot.details.reserve(order.size());
  for (const uint32_t row : order) {
    snapshot.details.push_back(traffic.connections().DetailOf(row));
  }
}

}  // namespace ipband
