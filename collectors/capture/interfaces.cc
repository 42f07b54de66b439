// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/interfaces.h"

#include <fnmatch.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ipband {
namespace {

Address AddressOf(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof(v4));
    return Address::V4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof(v6));
  uint64_t half[2] = {0, 0};
  for (int i = 0; i < 16; ++i) {
    half[i / 8] = half[i / 8] << 8 | v6.sin6_addr.s6_addr[i];
  }
  return Address::V6(half[0], half[1]);
}

std::optional<Prefix> NetworkOf(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || entry.ifa_netmask == nullptr) {
    return std::nullopt;
  }
  const int family = entry.ifa_addr->sa_family;
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  // The kernel leaves the family of some netmasks unset.
  sockaddr_storage mask{};
  std::memcpy(&mask, entry.ifa_netmask,
              family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
  mask.ss_family = static_cast<sa_family_t>(family);
  const void* bytes = &mask;
  const Address bits = AddressOf(static_cast<const sockaddr*>(bytes));
  return PrefixAround(AddressOf(entry.ifa_addr),
                      std::popcount(bits.high) + std::popcount(bits.low));
}

uint32_t MtuOf(int socket, const std::string& name) {
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  if (ioctl(socket, SIOCGIFMTU, &request) != 0) return 0;
  return static_cast<uint32_t>(request.ifr_mtu);
}

Interface NewInterface(const ifaddrs& entry, int socket) {
  Interface interface;
  interface.name = entry.ifa_name;
  interface.index = if_nametoindex(entry.ifa_name);
  interface.mtu = MtuOf(socket, interface.name);
  return interface;
}

bool IsGlob(const std::string& name) {
  return name.find_first_of("*?[") != std::string::npos;
}

bool Matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

std::vector<Interface> ListInterfaces() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list,
                                                               freeifaddrs);
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::vector<Interface> interfaces;
  // There may be thousands, and they are asked for each second.
  std::unordered_map<std::string_view, size_t> numbers;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const auto [number, is_new] =
        numbers.try_emplace(entry->ifa_name, interfaces.size());
    if (is_new) interfaces.push_back(NewInterface(*entry, socket));
    Interface& interface = interfaces[number->second];
    interface.up = (entry->ifa_flags & IFF_UP) != 0;
    const std::optional<Prefix> network = NetworkOf(*entry);
    if (network) interface.networks.push_back(*network);
  }
  if (socket >= 0) close(socket);
  return interfaces;
}

const Interface* FindInterface(const std::vector<Interface>& present,
                               const std::string& name) {
  const auto find = [&](auto is_it) {
    const auto found = std::find_if(present.begin(), present.end(), is_it);
    return found != present.end() ? &*found : nullptr;
  };
  const Interface* named =
      find([&](auto& known) { return known.name == name; });
  if (named != nullptr) return named;
  // The kernel knows alternative names but does not list them with the rest.
  const uint32_t index = if_nametoindex(name.c_str());
  if (index == 0) return nullptr;
  return find([&](auto& known) { return known.index == index; });
}

std::vector<WantedInterface> SelectInterfaces(
    const std::vector<InterfaceOptions>& options,
    const std::vector<Interface>& present,
    const std::optional<std::string>& default_route) {
  const auto taken_away = [&](const std::string& name) {
    return std::any_of(options.begin(), options.end(),
                       [&](const InterfaceOptions& option) {
                         return option.name.starts_with('!') &&
                                Matches(option.name.substr(1), name);
                       });
  };
  std::vector<WantedInterface> wanted;
  std::unordered_set<std::string> names;
  const auto add = [&](const WantedInterface& candidate) {
    if (names.insert(candidate.name).second) wanted.push_back(candidate);
  };
  for (const InterfaceOptions& option : options) {
    if (option.name.starts_with('!')) continue;
    if (option.name == "default") {
      if (default_route) add({*default_route, option.filter, false});
      continue;
    }
    const std::string pattern = option.name == "any" ? "*" : option.name;
    if (!IsGlob(pattern)) {
      add({pattern, option.filter, false});
      continue;
    }
    for (const Interface& interface : present) {
      if (interface.up && Matches(pattern, interface.name) &&
          !taken_away(interface.name)) {
        add({interface.name, option.filter, true});
      }
    }
  }
  return wanted;
}

bool MayMeanSeveral(const std::string& name) {
  return name == "any" || IsGlob(name);
}

}  // namespace ipband
