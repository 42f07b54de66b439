// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "exporter/error.h"

namespace ipband {
namespace {

class Socket {
 public:
  explicit Socket(int family)
      : descriptor_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Socket(Socket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  bool dual_stack = false;  // the IPv6 wildcard that takes IPv4 too

  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

std::string Text(const ListenAddress& address) {
  if (!address.unix_path.empty()) return "unix:" + address.unix_path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

[[noreturn]] void Fail(const ListenAddress& address, std::string reason) {
  if (!reason.empty()) {
    reason[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  throw Error("cannot listen on " + Text(address) + ": " + reason +
              "; choose another with --web.listen-address");
}

bool KernelHasIpv6() { return Socket(AF_INET6).get() >= 0; }

// Wildcards are one IPv6 socket that takes both kinds, as in other exporters;
// of a name's several addresses the first IPv4 one is used.
SocketAddress Resolve(const ListenAddress& address) {
  const bool wildcard = address.host.empty() || address.host == "::";
  std::string host = address.host;
  if (wildcard) host = KernelHasIpv6() ? "::" : "0.0.0.0";

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) Fail(address, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list,
                                                                 freeaddrinfo);
  const addrinfo* chosen = list;
  while (chosen != nullptr && chosen->ai_family != AF_INET) {
    chosen = chosen->ai_next;
  }
  if (chosen == nullptr) chosen = list;
  if (chosen == nullptr) Fail(address, "no such address");
  SocketAddress result;
  std::memcpy(&result.storage, chosen->ai_addr, chosen->ai_addrlen);
  result.length = chosen->ai_addrlen;
  result.dual_stack = wildcard && chosen->ai_family == AF_INET6;
  const uint16_t port = htons(address.port);
  if (chosen->ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&result.storage)->sin6_port = port;
  } else {
    reinterpret_cast<sockaddr_in*>(&result.storage)->sin_port = port;
  }
  return result;
}

// The same calls that CivetWeb will make. The caller keeps the socket until
// all addresses have been tried, so that two equal ones are found out.
Socket Try(const ListenAddress& address, const SocketAddress& where) {
  Socket probe(where.storage.ss_family);
  const int on = 1;
  const int v6_only = where.dual_stack ? 0 : 1;
  if (where.storage.ss_family == AF_INET6) {
    setsockopt(probe.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6_only,
               sizeof(v6_only));
  }
  setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (probe.get() < 0 || bind(probe.get(), where.get(), where.length) != 0 ||
      listen(probe.get(), 1) != 0) {
    Fail(address, std::strerror(errno));
  }
  return probe;
}

Listener TcpListener(const ListenAddress& address, std::vector<Socket>& tried) {
  const SocketAddress where = Resolve(address);
  std::array<char, NI_MAXHOST> text{};
  const int error = getnameinfo(where.get(), where.length, text.data(),
                                text.size(), nullptr, 0, NI_NUMERICHOST);
  if (error != 0) Fail(address, gai_strerror(error));
  tried.push_back(Try(address, where));

  Listener listener;
  listener.host = text.data();
  if (where.storage.ss_family == AF_INET6) {
    listener.host = "[" + listener.host + "]";
  }
  const std::string port = std::to_string(address.port);
  listener.spec = where.dual_stack ? "+" + port : listener.host + ":" + port;
  return listener;
}

void RemoveIfStale(const ListenAddress& address, const SocketAddress& where) {
  struct stat status {};
  if (lstat(address.unix_path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    Fail(address, "a file that is not a socket stands there");
  }
  const Socket client(AF_UNIX);
  if (connect(client.get(), where.get(), where.length) == 0) {
    Fail(address, std::strerror(EADDRINUSE));
  }
  if (errno != ECONNREFUSED) Fail(address, std::strerror(errno));
  if (unlink(address.unix_path.c_str()) != 0) {
    Fail(address, std::strerror(errno));
  }
}

Listener UnixListener(const ListenAddress& address) {
  const std::string& path = address.unix_path;
  SocketAddress where;
  auto* name = reinterpret_cast<sockaddr_un*>(&where.storage);
  name->sun_family = AF_UNIX;
  assert(path.size() < sizeof(name->sun_path));  // ParseListenAddress
  std::memcpy(name->sun_path, path.data(), path.size());
  where.length = sizeof(sockaddr_un);
  RemoveIfStale(address, where);
  const Socket probe(AF_UNIX);
  if (bind(probe.get(), where.get(), where.length) != 0) {
    Fail(address, std::strerror(errno));
  }
  unlink(path.c_str());
  return {"x" + path, "", path};
}

}  // namespace

std::vector<Listener> PrepareListeners(
    const std::vector<ListenAddress>& addresses) {
  std::vector<Listener> listeners;
  listeners.reserve(addresses.size());
  std::vector<Socket> tried;
  for (const ListenAddress& address : addresses) {
    listeners.push_back(address.unix_path.empty() ? TcpListener(address, tried)
                                                  : UnixListener(address));
  }
  std::stable_partition(
      listeners.begin(), listeners.end(),
      [](const Listener& one) { return one.unix_path.empty(); });
  return listeners;
}

}  // namespace ipband
