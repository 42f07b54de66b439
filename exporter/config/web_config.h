// SPDX-License-Identifier: Apache-2.0
//
// What --web.config.file says: TLS, headers and users of the web server, in
// the format of Prometheus' exporters.
// Source: exporter-toolkit, docs/web-configuration.md
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ipband {

// Certificates or a key, as PEM: in a file, which comes first, or in place.
struct PemSource {
  std::string file;  // absolute, or relative to where the program runs
  std::string text;
  std::string place;  // "FILE:LINE:COL: tls_server_config.cert_file"

  bool operator==(const PemSource&) const = default;
};

enum class ClientAuth {
  kNone,
  kRequest,      // a certificate is asked for, none is looked at
  kRequireAny,   // there has to be one
  kVerifyGiven,  // if there is one, the authority has to have signed it
  kRequireAndVerify,
};

enum class TlsVersion { kTls10, kTls11, kTls12, kTls13 };

struct TlsOptions {
  PemSource certificate;  // the server's, then those up to its authority
  PemSource key;
  std::optional<PemSource> client_ca;  // without: the system's authorities
  ClientAuth client_auth = ClientAuth::kNone;
  // Not empty: the client's certificate names one of them.
  std::vector<std::string> client_allowed_sans;
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;

  bool operator==(const TlsOptions&) const = default;
};

struct WebConfig {
  std::optional<TlsOptions> tls;  // without: HTTP
  std::string tls_place;          // "FILE:LINE:COL" of tls_server_config
  std::vector<std::pair<std::string, std::string>> headers;
  std::map<std::string, std::string, std::less<>> users;  // name, bcrypt hash
};

}  // namespace ipband
