// SPDX-License-Identifier: Apache-2.0
//
// Users and passwords of HTTP's basic authentication (RFC 7617) against bcrypt
// hashes. A hash takes tens of milliseconds by design, so one is computed at a
// time and what was right is remembered; what was wrong is not, so nobody can
// push the right ones out. Whether a user exists does not show in the time an
// answer takes, if all hashes have the same cost. Safe from any thread.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace ipband {

struct Credentials {
  std::string user;
  std::string password;
};

// What an Authorization header says: "Basic " and base64 of USER:PASSWORD.
std::optional<Credentials> ParseBasicAuthorization(std::string_view header);

class PasswordCheck {
 public:
  using Users = std::map<std::string, std::string, std::less<>>;  // with hashes

  // Whether the password is that of one of the users.
  bool Accepts(const Users& users, const Credentials& credentials);

 private:
  using Digest = std::array<unsigned char, 32>;

  bool IsRemembered(const std::string& user, const Digest& digest);
  void Remember(const Users& users, const std::string& user,
                const Digest& digest);

  std::mutex remembered_mutex_;
  std::map<std::string, Digest> remembered_;  // by user
  std::mutex hashing_;
};

}  // namespace ipband
