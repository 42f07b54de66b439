// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/urls.h"

#include <algorithm>
#include <optional>

#include "exporter/config/host_port.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

constexpr std::string_view kScheme = "://";

// Printable ASCII other than the blank; all else is percent-encoded in a URL.
bool IsUrlLetter(char c) { return c > 0x20 && c < 0x7f; }

// "scheme://user@host_port/rest"
struct UrlParts {
  std::string_view scheme;
  std::optional<std::string_view> user;  // with its password
  std::string_view host_port;
  std::string_view rest;  // path, query and fragment
};

std::optional<UrlParts> SplitUrl(std::string_view text) {
  const size_t scheme = text.find(kScheme);
  if (scheme == std::string_view::npos ||
      !std::all_of(text.begin(), text.end(), IsUrlLetter)) {
    return std::nullopt;
  }
  UrlParts parts;
  parts.scheme = text.substr(0, scheme);
  text.remove_prefix(scheme + kScheme.size());
  const size_t end = std::min(text.find_first_of("/?#"), text.size());
  parts.rest = text.substr(end);
  parts.host_port = text.substr(0, end);
  const size_t at = parts.host_port.find('@');
  if (at != std::string_view::npos) {
    parts.user = parts.host_port.substr(0, at);
    parts.host_port.remove_prefix(at + 1);
  }
  return parts;
}

// The text as a message may show it.
std::string QuoteUrl(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos) return Quote(text);
  const size_t scheme = text.substr(0, at).find(kScheme);
  const size_t begin =
      scheme == std::string_view::npos ? 0 : scheme + kScheme.size();
  return Quote(std::string(text.substr(0, begin)) + "..." +
               std::string(text.substr(at)));
}

bool IsHttp(const UrlParts& parts) {
  return (parts.scheme == "http" || parts.scheme == "https") &&
         ParseHostPort(parts.host_port);
}

bool IsSmtpServer(std::string_view text) {
  if (text.find(kScheme) == std::string_view::npos) {
    const std::optional<HostPort> server = ParseHostPort(text);
    return server && server->port;
  }
  const std::optional<UrlParts> parts = SplitUrl(text);
  return parts && (parts->scheme == "smtp" || parts->scheme == "smtps") &&
         ParseHostPort(parts->host_port) && parts->rest.empty() &&
         (!parts->user || !parts->user->empty());
}

}  // namespace

std::string ParseWebhookUrl(std::string_view text) {
  const std::optional<UrlParts> parts = SplitUrl(text);
  if (!parts || !IsHttp(*parts)) {
    throw BadValue(QuoteUrl(text) +
                   " is no URL of a webhook; allowed: "
                   "http://host[:port][/path] or https://...");
  }
  return std::string(text);
}

std::string ParseExternalUrl(std::string_view text) {
  const std::optional<UrlParts> parts = SplitUrl(text);
  if (!parts || !IsHttp(*parts) || parts->user ||
      parts->rest.find_first_of("?#") != std::string_view::npos) {
    throw BadValue(QuoteUrl(text) +
                   " is no URL to reach this program by; allowed: "
                   "http://host[:port][/path] or https://..., without user, ? "
                   "and #");
  }
  return std::string(text.substr(0, text.find_last_not_of('/') + 1));
}

std::string ParseMailServer(std::string_view text) {
  if (!IsSmtpServer(text)) {
    throw BadValue(QuoteUrl(text) +
                   " is no mail server; allowed: host:port, or "
                   "smtp://[user[:password]@]host[:port] or smtps://..., with "
                   "%40 for @, %3A for : and %2F for / in user and password");
  }
  return std::string(text);
}

}  // namespace ipband
