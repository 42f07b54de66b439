// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/basic_auth.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <strings.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace ipband {
namespace {

// Empty for what is not base64.
std::string DecodeBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return "";
  std::vector<unsigned char> bytes(text.size() / 4 * 3);
  const int length = EVP_DecodeBlock(
      bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
      static_cast<int>(text.size()));
  if (length < 0) return "";
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  return {reinterpret_cast<const char*>(bytes.data()),
          static_cast<size_t>(length) - padding};
}

bool Matches(const std::string& password, const std::string& hash) {
  // 32 KiB, too much for the server's stacks.
  const auto work = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), hash.c_str(), work.get());
  return made != nullptr && std::string_view(made).size() == hash.size() &&
         CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

// Of hash and password, so that a changed hash is a changed digest.
template <class Digest>
Digest DigestOf(const std::string& hash, const std::string& password) {
  const std::string text = hash + password;
  Digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(),
             nullptr);
  return digest;
}

}  // namespace

std::optional<Credentials> ParseBasicAuthorization(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  if (header.size() < kScheme.size() ||
      strncasecmp(header.data(), kScheme.data(), kScheme.size()) != 0) {
    return std::nullopt;
  }
  const std::string text = DecodeBase64(header.substr(kScheme.size()));
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text.substr(0, colon), text.substr(colon + 1)};
}

bool PasswordCheck::Accepts(const Users& users,
                            const Credentials& credentials) {
  const auto& [user, password] = credentials;
  // crypt(3) would not see what is behind it.
  if (users.empty() || password.find('\0') != std::string::npos) return false;
  const auto found = users.find(user);
  const bool exists = found != users.end();
  const std::string& hash = exists ? found->second : users.begin()->second;
  const auto digest = DigestOf<Digest>(hash, password);
  if (exists && IsRemembered(user, digest)) return true;
  bool matches = false;
  {
    const std::lock_guard lock(hashing_);
    matches = Matches(password, hash);
  }
  if (!exists || !matches) return false;
  Remember(users, user, digest);
  return true;
}

bool PasswordCheck::IsRemembered(const std::string& user,
                                 const Digest& digest) {
  const std::lock_guard lock(remembered_mutex_);
  const auto found = remembered_.find(user);
  return found != remembered_.end() && found->second == digest;
}

void PasswordCheck::Remember(const Users& users, const std::string& user,
                             const Digest& digest) {
  const std::lock_guard lock(remembered_mutex_);
  // Users come and go with the file; there are no more than it names.
  std::erase_if(remembered_,
                [&](const auto& one) { return !users.contains(one.first); });
  remembered_[user] = digest;
}

}  // namespace ipband
