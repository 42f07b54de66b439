// SPDX-License-Identifier: Apache-2.0
#include "exporter/site.h"

#include <utility>

#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

bool ListensByDefault(const WebOptions& web) {
  return web.listen_addresses == WebOptions().listen_addresses;
}

}  // namespace

void Site::Listen(const Options& options) {
  const WebOptions& web = options.config.web;
  Reconfigure(options);
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

void Site::Reconfigure(const Options& options) {
  auto answers = std::make_shared<Answers>();
  answers->options = options;
  answers->router = make_(answers->options);
  const std::lock_guard lock(mutex_);
  answers_ = std::move(answers);
}

HttpResponse Site::Answer(const HttpRequest& request) {
  if (!access_) return Route(request);
  return access_->Answer(
      request, [this](const HttpRequest& admitted) { return Route(admitted); });
}

HttpResponse Site::Route(const HttpRequest& request) {
  std::shared_ptr<const Answers> answers;
  {
    const std::lock_guard lock(mutex_);
    answers = answers_;
  }
  HttpResponse response = answers->router(request);
  if (response.stream) {
    response.stream = [answers, stream = std::move(response.stream)](
                          BodyWriter& body) { stream(body); };
  }
  return response;
}

void Site::Stop() {
  if (server_) server_->Stop();
}

}  // namespace ipband
