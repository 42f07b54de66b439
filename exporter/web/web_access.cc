// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/web_access.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "exporter/config/load_web_config.h"
#include "exporter/config/text_file.h"
#include "exporter/error.h"
#include "exporter/log.h"

namespace ipband {
namespace {

HttpResponse Unauthorized() {
  HttpResponse response = TextResponse(401, "Unauthorized");
  response.headers.emplace_back("WWW-Authenticate", "Basic");
  return response;
}

// What the operator has configured takes the place of our own.
void SetHeaders(const WebConfig& config, HttpResponse& response) {
  for (const auto& [name, value] : config.headers) {
    if (name == "X-Content-Type-Options") continue;  // every answer has it
    std::erase_if(response.headers, [&name = name](const auto& own) {
      return own.first == name;
    });
    response.headers.emplace_back(name, value);
  }
}

}  // namespace

void WebAccess::Trouble::Note(const std::string& what,
                              std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (what == what_) return;
  what_ = what;
  if (what.empty()) {
    Log(LogLevel::kInfo, "web", "the web configuration is good again");
  } else {
    Log(LogLevel::kError, "web", message, {{"err", what}});
  }
}

WebAccess::WebAccess(std::string file) : file_(std::move(file)) {
  if (!Read()->tls) return;
  MakeContext();
  tls_.emplace([this] { return ContextForHandshake(); });
}

std::shared_ptr<const WebConfig> WebAccess::Read() {
  const TextFile file = ReadTextFile(file_);
  const std::lock_guard lock(config_mutex_);
  if (config_ == nullptr || file.text != config_text_) {
    config_ = std::make_shared<const WebConfig>(LoadWebConfig(file));
    config_text_ = file.text;
  }
  return config_;
}

TlsContext WebAccess::MakeContext() {
  const std::shared_ptr<const WebConfig> config = Read();
  if (!config->tls) {
    throw FileError(file_,
                    "tls_server_config is gone; allowed: to go from HTTPS to "
                    "HTTP with a restart");
  }
  TlsMaterial material = ReadTlsMaterial(*config->tls);
  const std::lock_guard lock(context_mutex_);
  if (context_ == nullptr || material != context_material_ ||
      *config->tls != context_options_) {
    context_ = MakeTlsContext(*config->tls, material);
    context_options_ = *config->tls;
    context_material_ = std::move(material);
  }
  return context_;
}

TlsContext WebAccess::ContextForHandshake() {
  TlsContext context;
  std::string trouble;
  try {
    context = MakeContext();
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  tls_trouble_.Note(trouble, "no TLS connection is taken");
  return context;
}

bool WebAccess::Authenticate(const WebConfig& config,
                             const HttpRequest& request) {
  const std::optional<Credentials> credentials =
      ParseBasicAuthorization(request.authorization);
  return credentials && passwords_.Accepts(config.users, *credentials);
}

HttpResponse WebAccess::Answer(HttpRequest request,
                               const HttpHandler& handler) {
  std::shared_ptr<const WebConfig> config;
  std::string trouble;
  try {
    config = Read();
    if (config->tls && !tls_) {
      trouble = config->tls_place + ": goes from HTTP to HTTPS with a restart";
    }
  } catch (const Error& error) {
    trouble = error.what();
  }
  file_trouble_.Note(trouble, "no request is answered");
  if (!trouble.empty()) {
    return TextResponse(500, "500 the web configuration is bad; see the log");
  }
  HttpResponse response;
  if (config->users.empty()) {
    response = handler(request);
  } else if (Authenticate(*config, request)) {
    request.authenticated = true;
    response = handler(request);
  } else {
    response = Unauthorized();
  }
  SetHeaders(*config, response);
  return response;
}

void CheckWebConfig(const WebOptions& options) {
  if (options.config_file.empty()) return;
  const WebConfig config =
      LoadWebConfig(ReadTextFile(options.config_file, "web.config_file"));
  if (!config.tls) return;
  MakeTlsContext(*config.tls, ReadTlsMaterial(*config.tls));
  for (const std::string& address : options.listen_addresses) {
    if (!address.starts_with("unix:")) continue;
    throw FileError(config.tls_place,
                    "tls_server_config: " + address +
                        " cannot serve TLS; allowed: TCP addresses");
  }
}

}  // namespace ipband
