// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_web_config.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "exporter/config/wording.h"
#include "exporter/config/yaml_value.h"

namespace ipband {
namespace {

using Value = YamlValue;

// What stands in the file under tls_server_config, before it is known whether
// it means TLS at all.
struct TlsFields {
  PemSource certificate, key, client_ca;
  bool has_client_auth = false;
  TlsOptions options;
};

std::string Where(const Value& value) {
  return value.Place() + ": " + value.Path();
}

// Both may be empty, which is as if they were not there.
std::string OptionalText(const Value& value) {
  return value.IsNull() ? "" : value.Text();
}

void ReadPemFile(const Value& value, PemSource& pem) {
  pem.file = OptionalText(value);
  if (!pem.file.empty()) pem.place = Where(value);
}

void ReadPemText(const Value& value, PemSource& pem) {
  pem.text = OptionalText(value);
  if (pem.file.empty() && !pem.text.empty()) pem.place = Where(value);
}

ClientAuth ReadClientAuth(const Value& value) {
  return value.OneOf<ClientAuth>(
      {{"NoClientCert", ClientAuth::kNone},
       {"RequestClientCert", ClientAuth::kRequest},
       {"RequireAnyClientCert", ClientAuth::kRequireAny},
       {"RequireClientCert", ClientAuth::kRequireAny},
       {"VerifyClientCertIfGiven", ClientAuth::kVerifyGiven},
       {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerify}});
}

TlsVersion ReadVersion(const Value& value) {
  return value.OneOf<TlsVersion>({{"TLS10", TlsVersion::kTls10},
                                  {"TLS11", TlsVersion::kTls11},
                                  {"TLS12", TlsVersion::kTls12},
                                  {"TLS13", TlsVersion::kTls13}});
}

[[noreturn]] void RefuseForeign(const Value& value, std::string_view instead) {
  value.Fail("is not supported here; allowed: nothing, " +
             std::string(instead));
}

constexpr std::string_view kOpenSslChooses =
    "as the ciphers and curves of the system's OpenSSL hold";

constexpr YamlKey<TlsFields> kTlsKeys[] = {
    {"cert", [](const Value& value,
                TlsFields& tls) { ReadPemText(value, tls.certificate); }},
    {"cert_file", [](const Value& value,
                     TlsFields& tls) { ReadPemFile(value, tls.certificate); }},
    {"key",
     [](const Value& value, TlsFields& tls) { ReadPemText(value, tls.key); }},
    {"key_file",
     [](const Value& value, TlsFields& tls) { ReadPemFile(value, tls.key); }},
    {"client_ca", [](const Value& value,
                     TlsFields& tls) { ReadPemText(value, tls.client_ca); }},
    {"client_ca_file",
     [](const Value& value, TlsFields& tls) {
       ReadPemFile(value, tls.client_ca);
     }},
    {"client_auth_type",
     [](const Value& value, TlsFields& tls) {
       if (OptionalText(value).empty()) return;
       tls.has_client_auth = true;
       tls.options.client_auth = ReadClientAuth(value);
     }},
    {"client_allowed_sans",
     [](const Value& value, TlsFields& tls) {
       for (const Value& item : value.ListOfSome()) {
         tls.options.client_allowed_sans.push_back(item.Text());
       }
     }},
    {"min_version",
     [](const Value& value, TlsFields& tls) {
       tls.options.min_version = ReadVersion(value);
     }},
    {"max_version",
     [](const Value& value, TlsFields& tls) {
       tls.options.max_version = ReadVersion(value);
     }},
    {"cipher_suites",
     [](const Value& value, TlsFields&) {
       RefuseForeign(value, kOpenSslChooses);
     }},
    {"curve_preferences",
     [](const Value& value, TlsFields&) {
       RefuseForeign(value, kOpenSslChooses);
     }},
    {"prefer_server_cipher_suites",
     [](const Value& value, TlsFields&) {
       RefuseForeign(value, kOpenSslChooses);
     }},
};

// One of the five that exporter-toolkit lets be set, with its values if they
// are known.
struct KnownHeader {
  std::string_view name;
  std::vector<std::string_view> values;
};

const std::vector<KnownHeader>& KnownHeaders() {
  static const std::vector<KnownHeader> headers = {
      {"Content-Security-Policy", {}},
      {"Strict-Transport-Security", {}},
      {"X-Content-Type-Options", {"nosniff"}},
      {"X-Frame-Options", {"deny", "sameorigin"}},
      {"X-XSS-Protection", {}}};
  return headers;
}

void ReadHeader(const Value& name, const Value& value, WebConfig& config) {
  std::vector<std::string_view> names;
  for (const KnownHeader& known : KnownHeaders()) {
    names.push_back(known.name);
    if (known.name != name.Text()) continue;
    const std::string text = OptionalText(value);
    if (!known.values.empty() &&
        std::find(known.values.begin(), known.values.end(), text) ==
            known.values.end()) {
      value.Fail(Quote(text) + " is not known; " +
                 AllowedWords(text, known.values));
    }
    if (std::any_of(text.begin(), text.end(),
                    [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
      value.Fail("holds a control character; allowed: one line of text");
    }
    config.headers.emplace_back(known.name, text);
    return;
  }
  name.Fail("header " + Quote(name.Text()) + " cannot be configured; " +
            AllowedWords(name.Text(), names));
}

constexpr YamlKey<WebConfig> kHttpKeys[] = {
    {"headers",
     [](const Value& value, WebConfig& config) {
       for (const auto& [name, text] : value.Entries()) {
         ReadHeader(name, text, config);
       }
     }},
    {"http2",
     [](const Value& value, WebConfig&) {
       RefuseForeign(value, "as only HTTP/1.1 is served");
     }},
};

// "$2y$10$" and 22 characters of salt, 31 of hash.
bool IsBcryptHash(std::string_view hash) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kAlphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  if (hash.size() != 60 || !hash.starts_with("$2")) return false;
  if (std::string_view("aby").find(hash[2]) == std::string_view::npos ||
      hash[3] != '$' || hash[6] != '$') {
    return false;
  }
  const std::string_view cost = hash.substr(4, 2);
  return cost >= "04" && cost <= "31" &&
         cost.find_first_not_of(kDigits) == std::string_view::npos &&
         hash.substr(7).find_first_not_of(kAlphabet) == std::string_view::npos;
}

// The hash stands in no message: it is a secret.
void ReadUsers(const Value& users, WebConfig& config) {
  for (const auto& [name, hash] : users.Entries()) {
    if (!IsBcryptHash(OptionalText(hash))) {
      throw FileError(
          hash.Place(),
          "basic_auth_users: the password of " + Quote(name.Text()) +
              " is no bcrypt hash; allowed: what \"htpasswd -nBC 10 "
              "USER\" prints behind the colon");
    }
    config.users.emplace(name.Text(), hash.Text());
  }
}

void Resolve(PemSource& pem, const std::filesystem::path& folder) {
  if (!pem.file.empty()) pem.file = (folder / pem.file).lexically_normal();
}

// What the fields mean together.
void ReadTls(const Value& value, WebConfig& config) {
  TlsFields tls;
  ReadKeys(value, kTlsKeys, tls);
  TlsOptions& options = tls.options;
  const bool has_ca = !tls.client_ca.place.empty();
  // As in exporter-toolkit; but who names clients means them.
  if (tls.certificate.place.empty() && tls.key.place.empty() && !has_ca &&
      !tls.has_client_auth && options.client_allowed_sans.empty()) {
    return;
  }
  if (tls.certificate.place.empty()) {
    value.Fail("has no certificate; allowed: cert or cert_file");
  }
  if (tls.key.place.empty()) value.Fail("has no key; allowed: key or key_file");
  if (has_ca && options.client_auth == ClientAuth::kNone) {
    throw FileError(tls.client_ca.place,
                    "client certificates are not asked for; allowed: with a "
                    "client_auth_type such as RequireAndVerifyClientCert");
  }
  if (!options.client_allowed_sans.empty() &&
      options.client_auth != ClientAuth::kRequireAny &&
      options.client_auth != ClientAuth::kRequireAndVerify) {
    value.Fail(
        "client_allowed_sans without a certificate that every client has to "
        "have; allowed: with client_auth_type RequireAndVerifyClientCert or "
        "RequireAnyClientCert");
  }
  if (options.max_version < options.min_version) {
    value.Fail(
        "min_version is above max_version; allowed: TLS10, TLS11, TLS12, "
        "TLS13, rising");
  }
  options.certificate = std::move(tls.certificate);
  options.key = std::move(tls.key);
  if (has_ca) options.client_ca = std::move(tls.client_ca);
  config.tls_place = value.Place();
  config.tls = std::move(options);
}

constexpr YamlKey<WebConfig> kWebSections[] = {
    {"tls_server_config", ReadTls},
    {"http_server_config",
     [](const Value& value, WebConfig& config) {
       ReadKeys(value, kHttpKeys, config);
     }},
    {"basic_auth_users", ReadUsers},
    {"rate_limit",
     [](const Value& value, WebConfig&) {
       RefuseForeign(value,
                     "as every address has its own limit of connections");
     }},
};

}  // namespace

WebConfig LoadWebConfig(const TextFile& file) {
  const YamlNode root = ParseYaml(file);
  Origins origins;
  const YamlSource source{file.name, origins};
  WebConfig config;
  ReadKeys(Value(root, "", source), kWebSections, config);
  if (config.tls) {
    const std::filesystem::path folder =
        std::filesystem::path(file.name).parent_path();
    Resolve(config.tls->certificate, folder);
    Resolve(config.tls->key, folder);
    if (config.tls->client_ca) Resolve(*config.tls->client_ca, folder);
  }
  return config;
}

}  // namespace ipband
