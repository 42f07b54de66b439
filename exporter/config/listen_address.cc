// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/listen_address.h"

#include <sys/un.h>

#include <optional>

#include "exporter/config/host_port.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {
namespace {

constexpr std::string_view kUnix = "unix:";
// The web server keeps a letter before it.
constexpr size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 2;

[[noreturn]] void RefuseAddress(std::string_view text,
                                const std::string& reason) {
  throw BadValue(Quote(text) + " " + reason +
                 "; allowed: :10059, 192.0.2.1:10059, [::1]:10059, "
                 "localhost:10059 or unix:/run/ipband_exporter.sock");
}

ListenAddress ParseUnix(std::string_view text) {
  const std::string_view path = text.substr(kUnix.size());
  // Relative paths would move when the program goes to the background.
  if (path.size() < 2 || path[0] != '/') {
    RefuseAddress(text, "does not name a socket by its absolute path");
  }
  if (path.size() > kMaxUnixPath) {
    RefuseAddress(text, "is longer than the " + std::to_string(kMaxUnixPath) +
                            " bytes a socket path can have");
  }
  // They separate the web server's addresses from each other.
  if (path.find_first_of(",: \t") != std::string_view::npos) {
    RefuseAddress(text, "has a comma, colon or blank in its path");
  }
  return {.unix_path = std::string(path)};
}

}  // namespace

ListenAddress ParseListenAddress(std::string_view text) {
  if (text.starts_with(kUnix)) return ParseUnix(text);
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) RefuseAddress(text, "has no :PORT");
  const std::optional<uint16_t> port = ParsePort(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!IsBracketedHost(host)) {
      RefuseAddress(text, "has no address in its brackets");
    }
  } else if (host.find(':') != std::string_view::npos) {
    RefuseAddress(text, "has an IPv6 address without brackets");
  } else if (!host.empty() && !IsHost(host)) {
    RefuseAddress(text, "does not begin with a host");
  }
  if (!port) RefuseAddress(text, "does not end in a port of 0 to 65535");
  return {.host = std::string(host), .port = *port};
}

}  // namespace ipband
