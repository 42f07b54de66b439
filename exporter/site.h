// SPDX-License-Identifier: Apache-2.0
//
// The web server: where it listens, who is let in, and what it answers, which
// main may replace while it serves.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "exporter/options.h"
#include "exporter/web/http_server.h"
#include "exporter/web/router.h"
#include "exporter/web/web_access.h"

namespace ipband {

class Site {
 public:
  // Makes what is answered by the options, which live as long as that.
  using MakeRoutes = std::function<Router(const Options&)>;

  explicit Site(MakeRoutes make) : make_(std::move(make)) {}

  // Main: serves from here on. In compatibility mode a port that is taken and
  // that nobody has named is a warning. Throws Error.
  void Listen(const Options& options);
  // Main: answers by these options; requests under way end as they began.
  // Listeners and the web configuration's file stay as they are.
  void Reconfigure(const Options& options);
  // Main: closes everything and waits for those who are being answered.
  void Stop();

 private:
  struct Answers {
    Options options;
    Router router;  // knows the options
  };
  HttpResponse Answer(const HttpRequest& request);
  HttpResponse Route(const HttpRequest& request);

  const MakeRoutes make_;
  std::mutex mutex_;
  std::shared_ptr<const Answers> answers_;  // guarded by mutex_
  std::optional<WebAccess> access_;         // safe from any thread
  // Last: it uses the others. Without it, nothing is served.
  std::optional<HttpServer> server_;
};

}  // namespace ipband
