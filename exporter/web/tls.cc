// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "exporter/config/text_file.h"
#include "exporter/error.h"

namespace ipband {
namespace {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

// What a client has to show; belongs to its SSL_CTX.
struct ClientRules {
  bool verify = false;
  std::vector<std::string> allowed_sans;
};

void FreeRules(void*, void* rules, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<ClientRules*>(rules);
}

int RulesIndex() {
  static const int index =
      SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, FreeRules);
  return index;
}

int VerifiedIndex() {
  static const int index =
      X509_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// The reason of OpenSSL's last complaint.
std::string Reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "unknown reason" : reason;
}

[[noreturn]] void Refuse(const PemSource& source, const std::string& what,
                         const std::string& allowed) {
  const std::string file = source.file.empty() ? "" : source.file + " ";
  throw FileError(source.place, file + what + "; allowed: " + allowed);
}

std::string ReadPem(const PemSource& source) {
  if (source.file.empty()) return source.text;
  try {
    return ReadTextFile(source.file).text;
  } catch (const Error& error) {
    throw FileError(source.place,
                    std::string(error.what()) + "; allowed: a PEM file");
  }
}

Bio Open(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Nobody is there to be asked.
int NoPassword(char*, int, int, void*) { return -1; }

std::vector<Certificate> ReadCertificates(const PemSource& source,
                                          const std::string& pem) {
  ERR_clear_error();
  const Bio bio = Open(pem);
  std::vector<Certificate> certificates;
  while (X509* one =
             PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    certificates.emplace_back(one);
  }
  const bool at_end =
      ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (certificates.empty() || !at_end) {
    Refuse(source,
           at_end ? "holds no certificate"
                  : "holds a damaged certificate (" + Reason() + ")",
           "PEM that begins with -----BEGIN CERTIFICATE-----");
  }
  ERR_clear_error();
  return certificates;
}

void UseCertificate(SSL_CTX* context, const TlsOptions& options,
                    const TlsMaterial& material) {
  const std::vector<Certificate> chain =
      ReadCertificates(options.certificate, material.certificate);
  const Bio bio = Open(material.key);
  const Key key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    Refuse(options.key, "holds no private key",
           "PEM with a key that has no password");
  }
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    Refuse(options.certificate, "is not taken (" + Reason() + ")",
           "a server's certificate");
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    SSL_CTX_add1_chain_cert(context, chain[i].get());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    Refuse(options.key, "does not fit the certificate (" + Reason() + ")",
           "the key the certificate was made with");
  }
}

void UseClientAuthorities(SSL_CTX* context, const TlsOptions& options,
                          const TlsMaterial& material) {
  if (!options.client_ca) {
    SSL_CTX_set_default_verify_paths(context);
    return;
  }
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const Certificate& authority :
       ReadCertificates(*options.client_ca, material.client_ca)) {
    X509_STORE_add_cert(store, authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
  }
}

int VerifyMode(ClientAuth auth) {
  switch (auth) {
    case ClientAuth::kNone:
      return SSL_VERIFY_NONE;
    case ClientAuth::kRequest:
    case ClientAuth::kVerifyGiven:
      return SSL_VERIFY_PEER;
    case ClientAuth::kRequireAny:
    case ClientAuth::kRequireAndVerify:
      break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

int VersionNumber(TlsVersion version) {
  constexpr std::array<int, 4> kNumbers = {TLS1_VERSION, TLS1_1_VERSION,
                                           TLS1_2_VERSION, TLS1_3_VERSION};
  return kNumbers.at(static_cast<size_t>(version));
}

std::string TextOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string AddressText(const ASN1_OCTET_STRING* octets) {
  const int length = ASN1_STRING_length(octets);
  if (length != 4 && length != 16) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(octets),
            text.data(), text.size());
  return text.data();
}

// A subject alternative name as people write it; empty for other kinds.
std::string NameText(const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS:
      return TextOf(name->d.dNSName);
    case GEN_EMAIL:
      return TextOf(name->d.rfc822Name);
    case GEN_URI:
      return TextOf(name->d.uniformResourceIdentifier);
    case GEN_IPADD:
      return AddressText(name->d.iPAddress);
    default:
      return "";
  }
}

bool NamesOneOf(const X509* certificate,
                const std::vector<std::string>& allowed) {
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count; ++i) {
    const std::string name = NameText(sk_GENERAL_NAME_value(names.get(), i));
    if (!name.empty() &&
        std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
      return true;
    }
  }
  return false;
}

// Called for a client's certificate if it has sent one; 1 takes it.
int VerifyClient(X509_STORE_CTX* chain, void*) noexcept {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* rules = static_cast<const ClientRules*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), RulesIndex()));
  X509* certificate = X509_STORE_CTX_get0_cert(chain);
  if (rules->verify && X509_verify_cert(chain) != 1) return 0;
  if (!rules->allowed_sans.empty() &&
      !NamesOneOf(certificate, rules->allowed_sans)) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  if (rules->verify) {
    static char yes;
    X509_set_ex_data(certificate, VerifiedIndex(), &yes);
  } else {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
  }
  return 1;
}

// Before anything of the client's wishes is looked at.
int OnClientHello(SSL* ssl, int* alert, void* server) noexcept {
  const TlsContext chosen = static_cast<const TlsServer*>(server)->Ask();
  if (chosen == nullptr) {
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
  }
  // It brings certificates and authorities; the rest was copied already.
  SSL_CTX* context = chosen.get();
  SSL_set_SSL_CTX(ssl, context);
  SSL_set_verify(ssl, SSL_CTX_get_verify_mode(context), nullptr);
  SSL_set_min_proto_version(ssl, SSL_CTX_get_min_proto_version(context));
  SSL_set_max_proto_version(ssl, SSL_CTX_get_max_proto_version(context));
  return SSL_CLIENT_HELLO_SUCCESS;
}

TlsContext NewContext() {
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) throw Error("cannot use TLS: " + Reason());
  return context;
}

TlsContext OuterContext(TlsServer* server) {
  TlsContext context = NewContext();
  SSL_CTX* outer = context.get();
  SSL_CTX_set_min_proto_version(outer, TLS1_VERSION);
  SSL_CTX_set_options(outer, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(outer, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(outer, 0);
  SSL_CTX_set_client_hello_cb(outer, OnClientHello, server);
  return context;
}

}  // namespace

TlsMaterial ReadTlsMaterial(const TlsOptions& options) {
  return {.certificate = ReadPem(options.certificate),
          .key = ReadPem(options.key),
          .client_ca = options.client_ca ? ReadPem(*options.client_ca) : ""};
}

TlsContext MakeTlsContext(const TlsOptions& options,
                          const TlsMaterial& material) {
  TlsContext context = NewContext();
  SSL_CTX* inner = context.get();
  SSL_CTX_set_min_proto_version(inner, VersionNumber(options.min_version));
  SSL_CTX_set_max_proto_version(inner, VersionNumber(options.max_version));
  // OpenSSL's usual level has nothing that these old versions can use.
  if (options.min_version < TlsVersion::kTls12) {
    SSL_CTX_set_cipher_list(inner, "DEFAULT:@SECLEVEL=0");
  }
  UseCertificate(inner, options, material);
  SSL_CTX_set_verify(inner, VerifyMode(options.client_auth), nullptr);
  const bool verify = options.client_auth >= ClientAuth::kVerifyGiven;
  if (verify) UseClientAuthorities(inner, options, material);
  auto rules = std::make_unique<ClientRules>(
      ClientRules{verify, options.client_allowed_sans});
  if (SSL_CTX_set_ex_data(inner, RulesIndex(), rules.get()) != 1) {
    throw Error("cannot use TLS: " + Reason());
  }
  static_cast<void>(rules.release());
  SSL_CTX_set_cert_verify_callback(inner, VerifyClient, nullptr);
  return context;
}

TlsServer::TlsServer(Source source)
    : source_(std::move(source)), context_(OuterContext(this)) {}

bool IsVerifiedCertificate(void* x509) {
  return X509_get_ex_data(static_cast<X509*>(x509), VerifiedIndex()) != nullptr;
}

}  // namespace ipband
