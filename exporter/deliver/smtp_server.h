// SPDX-License-Identifier: Apache-2.0
//
// The mail server as the configuration names it. Any thread.
#pragma once

#include <string>

namespace ipband {

struct SmtpServer {
  std::string url;  // "smtp://host:25", without user and password
  std::string user;
  std::string password;

  bool has_login() const { return !user.empty(); }
  bool is_tls() const { return url.starts_with("smtps:"); }
};

// Of "host:port" or "smtp[s]://user:password@host:port", where user and
// password may be percent-encoded. Throws Error, which does not repeat the
// text: it may hold a password.
SmtpServer ParseSmtpServer(const std::string& text);

}  // namespace ipband
