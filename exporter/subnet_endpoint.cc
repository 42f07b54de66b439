// SPDX-License-Identifier: Apache-2.0
#include "exporter/subnet_endpoint.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "exporter/clock.h"
#include "exporter/report/service_names.h"
#include "exporter/subnet_view.h"
#include "exporter/tables_busy.h"
#include "exporter/version.h"
#include "exporter/web/details.h"
#include "exporter/web/html.h"
#include "exporter/web/subnet_detail_page.h"

namespace ipband {
namespace {

constexpr std::string_view kSubnetsBelow = "/subnets/";

// What the system calls protocols and ports; requests share it.
struct Names {
  std::mutex mutex;
  ServiceNames services;  // guarded by mutex
};

template <class Row, class Less>
void KeepFirst(std::vector<Row>& rows, size_t most, Less less) {
  const size_t kept = std::min(rows.size(), most);
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(kept),
                    rows.end(), less);
  rows.resize(kept);
}

void AddHosts(const Snapshot& snapshot, size_t subnet,
              SubnetDetailPage::Section& section) {
  std::vector<HostSnapshot> hosts;
  for (const HostSnapshot& host : snapshot.hosts) {
    if (host.subnet == subnet) hosts.push_back(host);
  }
  section.known_hosts = hosts.size();
  KeepFirst(hosts, SubnetDetailPage::kMostHosts, IsBusier);
  for (const HostSnapshot& host : hosts) {
    section.hosts.push_back(
        {ToString(host.address), host.receive_bytes, host.transmit_bytes});
  }
}

ConnectionOnPage ViewOf(const Connection& connection, ServiceNames& services) {
  return {.from = ToString(connection.from),
          .to = ToString(connection.to),
          .from_port = connection.from_port,
          .to_port = connection.to_port,
          .protocol = services.Protocol(connection.protocol),
          .service = services.Service(connection),
          .from_bytes = connection.from_bytes,
          .to_bytes = connection.to_bytes,
          .packets = connection.packets,
          .first_seen = connection.first_seen,
          .last_seen = connection.last_seen};
}

void AddConnections(ConnectionTable::Detail detail, Names& names,
                    SubnetDetailPage::Section& section) {
  std::vector<Connection>& connections = detail.connections;
  section.connection_bytes = detail.others.bytes;
  for (const Connection& connection : connections) {
    section.connection_bytes += connection.bytes();
  }
  const size_t all = connections.size();
  KeepFirst(connections, SubnetDetailPage::kMostConnections,
            [](const Connection& a, const Connection& b) {
              if (a.bytes() != b.bytes()) return a.bytes() > b.bytes();
              return a.key() < b.key();
            });
  section.further_connections = all - connections.size();
  const std::lock_guard lock(names.mutex);
  for (const Connection& connection : connections) {
    section.connections.push_back(ViewOf(connection, names.services));
  }
}

HttpResponse Answer(const Options& options, const Exposition& exposition,
                    SnapshotExchange& snapshots, Names& names,
                    const HttpRequest& request) {
  const std::optional<Prefix> wanted =
      ParsePrefix(std::string_view(request.path).substr(kSubnetsBelow.size()));
  if (!wanted) return HtmlResponse(404, RenderNoSubnet(kProgramName));
  const WebDetails details = options.config.web.details;
  const bool all = MayReadDetails(details, request);
  const std::shared_ptr<const Snapshot> snapshot = snapshots.Request(
      all ? SnapshotDetail::kConnections : SnapshotDetail::kHistory,
      kPatienceForTables);
  if (snapshot == nullptr) return TablesBusy();
  SubnetDetailPage page;
  page.program = kProgramName;
  page.subnet = ToString(*wanted);
  if (!all) page.refusal = HowToReadDetails(details);
  page.at = WallSeconds();
  for (size_t i = 0; i < snapshot->subnets.size(); ++i) {
    const SubnetRow& row = snapshot->subnets[i];
    if (row.prefix != *wanted) continue;
    SubnetDetailPage::Section& section = page.sections.emplace_back();
    section.subnet = SubnetViewOf(*snapshot, i, exposition, page.at);
    section.receive_bytes = row.counters.receive_bytes;
    section.transmit_bytes = row.counters.transmit_bytes;
    page.name = section.subnet.name;
    if (!all) continue;
    AddHosts(*snapshot, i, section);
    AddConnections(snapshot->details[i], names, section);
  }
  if (page.sections.empty())
    return HtmlResponse(404, RenderNoSubnet(kProgramName));
  return HtmlResponse(200, RenderSubnetPage(page), true);
}

}  // namespace

void AddSubnetRoute(const Options& options, const Exposition& exposition,
                    SnapshotExchange& snapshots, Router& router) {
  const auto names = std::make_shared<Names>();
  router.GetBelow(
      std::string(kSubnetsBelow),
      [&, names](const HttpRequest& request) {
        return NotStored(
            Answer(options, exposition, snapshots, *names, request));
      },
      2);
}

}  // namespace ipband
