// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/content_policy.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <string_view>

#include "exporter/web/page_script.h"

namespace ipband {
namespace {

// The script as the policy names it: by its digest.
std::string ScriptSource() {
  constexpr std::string_view kScript = kPageScript;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  EVP_Digest(kScript.data(), kScript.size(), digest.data(), nullptr,
             EVP_sha256(), nullptr);
  std::array<unsigned char, 4 * (SHA256_DIGEST_LENGTH / 3 + 1) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(),
                                     static_cast<int>(digest.size()));
  return "'sha256-" + std::string(text.begin(), text.begin() + length) + "'";
}

}  // namespace

std::string ContentPolicy(bool refreshes) {
  std::string policy = "default-src 'none'; style-src 'unsafe-inline'; ";
  if (refreshes) {
    static const std::string source = ScriptSource();
    policy += "script-src " + source + "; connect-src 'self'; ";
  }
  return policy + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace ipband
