// SPDX-License-Identifier: Apache-2.0
#include "exporter/web_service.h"

#include <string>
#include <utility>

#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

bool ListensByDefault(const WebOptions& web) {
  return web.listen_addresses == WebOptions().listen_addresses;
}

}  // namespace

WebService::WebService(const Options& options, Router router)
    : router_(std::move(router)) {
  const WebOptions& web = options.config.web;
  if (!web.config_file.empty()) access_.emplace(web.config_file);
  HttpServerOptions server;
  for (const std::string& address : web.listen_addresses) {
    server.listen.push_back(ParseListenAddress(address));
  }
  if (access_) server.tls = access_->tls();
  try {
    server_.emplace(
        server, [this](const HttpRequest& request) { return Answer(request); });
  } catch (const Error& error) {
    // ipband: one for each interface could run side by side.
    if (!options.compatibility || !ListensByDefault(web)) throw;
    Log(LogLevel::kWarn, "web",
        "no metrics are served; name a free port with --web.listen-address",
        {{"err", error.what()}});
    return;
  }
  for (const std::string& address : server_->Addresses()) {
    Log(LogLevel::kInfo, "web", "listening", {{"address", address}});
  }
}

HttpResponse WebService::Answer(const HttpRequest& request) {
  return access_ ? access_->Answer(request, router_) : router_(request);
}

void WebService::Stop() {
  if (server_) server_->Stop();
}

}  // namespace ipband
