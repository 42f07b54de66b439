// SPDX-License-Identifier: Apache-2.0
#include "exporter/endpoints.h"

#include <chrono>
#include <memory>
#include <utility>

#include "exporter/api_endpoints.h"
#include "exporter/page_endpoints.h"
#include "exporter/report_endpoints.h"
#include "exporter/tables_busy.h"
#include "exporter/web/request_limit.h"

namespace ipband {
namespace {

HttpResponse TooManyScrapes(int limit) {
  return TextResponse(503, "Limit of concurrent requests reached (" +
                               std::to_string(limit) + "), try again later.");
}

HttpResponse Metrics(const Exposition& exposition, SnapshotExchange& snapshots,
                     const std::function<OutputCounts()>& counts,
                     RequestLimit::Entered entered) {
  const auto begin = std::chrono::steady_clock::now();
  std::shared_ptr<const Snapshot> snapshot =
      snapshots.Request(SnapshotDetail::kHosts, kPatienceForTables);
  if (snapshot == nullptr) return TablesBusy();
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.compress = true;
  // It is under way until all of it is sent.
  response.stream = [snapshot, begin, &exposition, outputs = counts(),
                     entered = std::move(entered)](BodyWriter& body) {
    TextWriter out([&](std::string_view piece) { return body.Write(piece); });
    exposition.Write(
        *snapshot, outputs,
        [begin] {
          const std::chrono::duration<double> elapsed =
              std::chrono::steady_clock::now() - begin;
          return elapsed.count();
        },
        out);
    out.Finish();
  };
  return response;
}

// Prometheus' words.
HttpResponse Reload(const Options& options, const ReloadAsked& reload) {
  if (!options.enable_lifecycle) {
    return TextResponse(
        403, "Lifecycle API is not enabled; start with --web.enable-lifecycle");
  }
  const std::string error = reload();
  if (error.empty()) return TextResponse(200, "reloaded");
  return TextResponse(500, "failed to reload config: " + error);
}

}  // namespace

Router MakeRouter(const Options& options, const Exposition& exposition,
                  SnapshotExchange& snapshots,
                  const std::function<OutputCounts()>& counts,
                  const ReportArchive& archive, const ReloadAsked& reload) {
  Router router;
  router.Get("/-/healthy",
             [](const HttpRequest&) { return TextResponse(200, "healthy"); });
  router.Get("/-/ready", [&](const HttpRequest&) {
    return snapshots.Request(SnapshotDetail::kSubnets, kPatienceForTables) !=
                   nullptr
               ? TextResponse(200, "ready")
               : TablesBusy();
  });
  router.Post("/-/reload", [&, reload](const HttpRequest&) {
    return Reload(options, reload);
  });
  AddPageRoutes(options, exposition, snapshots, router);
  AddReportRoutes(options, archive, router);
  AddApiRoutes(options, exposition, snapshots, router);
  // Last: with the path "/" there is no landing page.
  auto limit = std::make_shared<RequestLimit>(options.max_requests);
  router.Get(options.config.web.telemetry_path, [&, counts,
                                                 limit](const HttpRequest&) {
    RequestLimit::Entered entered = limit->Enter();
    return entered ? Metrics(exposition, snapshots, counts, std::move(entered))
                   : TooManyScrapes(options.max_requests);
  });
  return router;
}

}  // namespace ipband
