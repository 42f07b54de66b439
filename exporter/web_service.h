// SPDX-License-Identifier: Apache-2.0
//
// The web server as the options want it: where it listens, and who is let in
// to the pages. Made and stopped by main.
#pragma once

#include <optional>

#include "exporter/options.h"
#include "exporter/web/http_server.h"
#include "exporter/web/router.h"
#include "exporter/web/web_access.h"

namespace ipband {

class WebService {
 public:
  // Serves from here on, and logs where. Throws Error.
  WebService(const Options& options, Router router);
  WebService(const WebService&) = delete;
  WebService& operator=(const WebService&) = delete;

  void Stop();

 private:
  HttpResponse Answer(const HttpRequest& request);

  const Router router_;
  std::optional<WebAccess> access_;
  // Last: it uses the others. Without it, nothing is served.
  std::optional<HttpServer> server_;
};

}  // namespace ipband
