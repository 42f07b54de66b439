// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/default_route.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

namespace ipband {
namespace {

// Asks the kernel which way a packet to 2000:: would go (rtnetlink(7)): the
// first address of what is in use, which nobody has a route of its own for.
struct RouteRequest {
  nlmsghdr header{};
  rtmsg route{};
  rtattr destination{};
  in6_addr address{};
};

bool Ask(int socket) {
  RouteRequest request;
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.route.rtm_family = AF_INET6;
  request.route.rtm_dst_len = 128;
  request.destination.rta_len = RTA_LENGTH(sizeof(in6_addr));
  request.destination.rta_type = RTA_DST;
  request.address.s6_addr[0] = 0x20;
  return send(socket, &request, sizeof(request), 0) == sizeof(request);
}

// The index of the outgoing interface in the answer, 0 if there is no route.
uint32_t OutgoingInterface(const char* answer, size_t length) {
  nlmsghdr header{};
  if (length < sizeof(header)) return 0;
  std::memcpy(&header, answer, sizeof(header));
  if (header.nlmsg_type != RTM_NEWROUTE) return 0;
  size_t at = NLMSG_LENGTH(sizeof(rtmsg));
  rtattr attribute{};
  while (at + sizeof(attribute) <= length) {
    std::memcpy(&attribute, answer + at, sizeof(attribute));
    uint32_t index = 0;
    if (attribute.rta_len < sizeof(attribute)) return 0;
    if (attribute.rta_type == RTA_OIF &&
        at + RTA_LENGTH(sizeof(index)) <= length) {
      std::memcpy(&index, answer + at + RTA_LENGTH(0), sizeof(index));
      return index;
    }
    at += RTA_ALIGN(attribute.rta_len);
  }
  return 0;
}

std::optional<std::string> DefaultRouteV6() {
  const int socket =
      ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket < 0) return std::nullopt;
  std::array<char, 4096> answer{};
  ssize_t length = -1;
  if (Ask(socket)) length = recv(socket, answer.data(), answer.size(), 0);
  close(socket);
  if (length < 0) return std::nullopt;
  const uint32_t index =
      OutgoingInterface(answer.data(), static_cast<size_t>(length));
  std::array<char, IF_NAMESIZE> name{};
  if (index == 0 || if_indextoname(index, name.data()) == nullptr) {
    return std::nullopt;
  }
  // An `unreachable default` goes out by lo.
  if (std::strcmp(name.data(), "lo") == 0) return std::nullopt;
  return name.data();
}

}  // namespace

// Interface, destination, gateway, flags, ..., metric, mask (proc(5)), in the
// order of the destinations.
std::optional<std::string> DefaultRouteIn(std::istream& table) {
  std::string line;
  std::getline(table, line);  // the head
  std::optional<std::string> best;
  unsigned long best_metric = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string name, destination, gateway, flags, count, use, metric, mask;
    fields >> name >> destination >> gateway >> flags >> count >> use >>
        metric >> mask;
    if (destination != "00000000") break;
    if (mask != "00000000") continue;
    // An `unreachable default` has no interface.
    if ((std::stoul("0" + flags, nullptr, 16) & RTF_REJECT) != 0) continue;
    const unsigned long value = std::stoul("0" + metric);
    if (best && best_metric <= value) continue;
    best = name;
    best_metric = value;
  }
  return best;
}

std::optional<std::string> DefaultRouteInterface() {
  std::ifstream table("/proc/self/net/route");
  const std::optional<std::string> v4 = DefaultRouteIn(table);
  return v4 ? v4 : DefaultRouteV6();
}

}  // namespace ipband
