// SPDX-License-Identifier: Apache-2.0
//
// TLS of the web server: certificates and rules for clients as OpenSSL wants
// them, chosen anew for every handshake, so that they change without a
// restart. No session is resumed, so every client is looked at every time.
// The only unit that knows OpenSSL's TLS. Safe from any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "exporter/config/web_config.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace ipband {

// Everything that TlsOptions name, as PEM text.
struct TlsMaterial {
  std::string certificate;
  std::string key;
  std::string client_ca;

  bool operator==(const TlsMaterial&) const = default;
};

// Throws Error if a file cannot be read.
TlsMaterial ReadTlsMaterial(const TlsOptions& options);

// What one handshake goes by. Throws Error for what OpenSSL does not take.
using TlsContext = std::shared_ptr<ssl_ctx_st>;
TlsContext MakeTlsContext(const TlsOptions& options,
                          const TlsMaterial& material);

class TlsServer {
 public:
  // Asked at every handshake; null refuses it. Does not throw.
  using Source = std::function<TlsContext()>;
  explicit TlsServer(Source source);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // For the server that accepts connections; valid as long as this object.
  ssl_ctx_st* context() const { return context_.get(); }
  TlsContext Ask() const { return source_(); }

 private:
  const Source source_;
  const TlsContext context_;
};

// Whether a client's certificate (OpenSSL's X509) was found good by the
// authorities and names of the handshake it came in.
bool IsVerifiedCertificate(void* x509);

}  // namespace ipband
