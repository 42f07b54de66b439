// SPDX-License-Identifier: Apache-2.0
#include "exporter/page_endpoints.h"

#include <algorithm>
#include <memory>

#include "exporter/clock.h"
#include "exporter/subnet_endpoint.h"
#include "exporter/subnet_view.h"
#include "exporter/tables_busy.h"
#include "exporter/version.h"
#include "exporter/web/details.h"
#include "exporter/web/html.h"
#include "exporter/web/pages.h"

namespace ipband {
namespace {

std::string NoticeFor(const Snapshot& snapshot) {
  for (const CaptureSnapshot& capture : snapshot.captures) {
    if (MostIsNotLocal(capture.counters)) {
      return "Most of the traffic on " + capture.status.interface +
             " is between networks that are not local. Name yours under "
             "accounting.local, or set it to [any].";
    }
  }
  return "";
}

// "/metrics" as seen from "/".
std::string Relative(const std::string& path) { return "." + path; }

void AddCaptures(const Snapshot& snapshot, LandingPage& page) {
  for (const CaptureSnapshot& capture : snapshot.captures) {
    const CaptureStatus& status = capture.status;
    if (!status.wanted) continue;
    page.captures.push_back({status.interface, status.up || snapshot.finished,
                             capture.counters.received.packets,
                             status.kernel_dropped + status.interface_dropped,
                             status.missing});
  }
}

void AddSubnets(const Snapshot& snapshot, const Exposition& exposition,
                LandingPage& page) {
  const int64_t now = WallSeconds();
  const std::vector<const HostSnapshot*> top = TopHosts(snapshot);
  for (size_t i = 0; i < snapshot.subnets.size(); ++i) {
    SubnetOnPage subnet = SubnetViewOf(snapshot, i, exposition, now);
    if (page.shows_hosts && top[i] != nullptr) {
      subnet.top_host = ToString(top[i]->address);
    }
    page.subnets.push_back(std::move(subnet));
  }
}

LandingPage PageOf(const Snapshot& snapshot, const Exposition& exposition,
                   const std::string& telemetry_path, bool hosts) {
  LandingPage page;
  page.program = kProgramName;
  page.version = kVersion.version;
  page.notice = NoticeFor(snapshot);
  page.links = {{"./reports", "Reports"},
                {Relative(telemetry_path), "Metrics"},
                {"./api/v1/subnets", "JSON"},
                {"./-/healthy", "Health"}};
  page.averaging_period_seconds = static_cast<uint64_t>(
      snapshot.rules->accounting.averaging_period.count());
  page.judged =
      std::any_of(snapshot.subnets.begin(), snapshot.subnets.end(),
                  [](const SubnetRow& subnet) { return subnet.has_threshold; });
  page.shows_hosts = hosts;
  AddCaptures(snapshot, page);
  AddSubnets(snapshot, exposition, page);
  return page;
}

HttpResponse Landing(const Options& options, const Exposition& exposition,
                     SnapshotExchange& snapshots, const HttpRequest& request) {
  const std::shared_ptr<const Snapshot> snapshot =
      snapshots.Request(SnapshotDetail::kHistory, kPatienceForTables);
  if (snapshot == nullptr) return TablesBusy();
  const WebOptions& web = options.config.web;
  return HtmlResponse(
      200,
      RenderLandingPage(PageOf(*snapshot, exposition, web.telemetry_path,
                               MayReadDetails(web.details, request))),
      true);
}

}  // namespace

void AddPageRoutes(const Options& options, const Exposition& exposition,
                   SnapshotExchange& snapshots, Router& router) {
  router.Get("/", [&](const HttpRequest& request) {
    return NotStored(Landing(options, exposition, snapshots, request));
  });
  AddSubnetRoute(options, exposition, snapshots, router);
}

}  // namespace ipband
