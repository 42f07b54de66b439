// SPDX-License-Identifier: Apache-2.0
//
// What stands between the web server and its pages: the file of
// --web.config.file. It is read again for every request and its certificates
// for every connection, as exporter-toolkit does, so a change needs no restart,
// but for going from HTTP to HTTPS. A file that has become bad serves nobody:
// every request gets 500, every TLS connection is refused, one log line says
// why, and all is well as soon as the file is. Safe from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "exporter/config/config.h"
#include "exporter/config/web_config.h"
#include "exporter/web/basic_auth.h"
#include "exporter/web/http_message.h"
#include "exporter/web/tls.h"

namespace ipband {

class WebAccess {
 public:
  // The file and what it names are read. Throws Error.
  explicit WebAccess(std::string file);

  // Null for HTTP; as it was at the start.
  TlsServer* tls() { return tls_ ? &*tls_ : nullptr; }

  // 401 for whoever is no user; else what the handler answers, with headers.
  HttpResponse Answer(HttpRequest request, const HttpHandler& handler);

 private:
  // One log line when something goes wrong in another way than before, and
  // one when it is good again.
  class Trouble {
   public:
    void Note(const std::string& what, std::string_view message);

   private:
    std::mutex mutex_;
    std::string what_;  // empty: none
  };

  std::shared_ptr<const WebConfig> Read();
  TlsContext MakeContext();
  TlsContext ContextForHandshake();
  bool Authenticate(const WebConfig& config, const HttpRequest& request);

  const std::string file_;

  std::mutex config_mutex_;
  std::string config_text_;  // of the file, as it was read last
  std::shared_ptr<const WebConfig> config_;

  std::mutex context_mutex_;
  TlsOptions context_options_;
  TlsMaterial context_material_;
  TlsContext context_;

  PasswordCheck passwords_;
  Trouble file_trouble_;
  Trouble tls_trouble_;
  std::optional<TlsServer> tls_;
};

// Throws Error if the web configuration cannot be used with these addresses.
void CheckWebConfig(const WebOptions& options);

}  // namespace ipband
