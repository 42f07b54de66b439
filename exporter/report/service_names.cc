// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/service_names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cerrno>
#include <vector>

#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// An entry with more aliases than fit is none.
constexpr size_t kMaxEntry = size_t{64} << 10;

// Calls lookup(buffer) with more and more room. Empty: no name.
template <typename Lookup>
std::string WithEnoughRoom(Lookup lookup) {
  std::vector<char> buffer(1024);
  for (;;) {
    const char* name = nullptr;
    const int error = lookup(buffer, &name);
    if (error == ERANGE && buffer.size() < kMaxEntry) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (error != 0 || name == nullptr || !IsOneWord(name)) return "";
    return name;
  }
}

std::string LookUpProtocol(uint8_t number) {
  return WithEnoughRoom([&](std::vector<char>& buffer, const char** name) {
    protoent entry{};
    protoent* found = nullptr;
    const int error = getprotobynumber_r(number, &entry, buffer.data(),
                                         buffer.size(), &found);
    if (found != nullptr) *name = found->p_name;
    return error;
  });
}

std::string LookUpService(const char* protocol, uint16_t port) {
  return WithEnoughRoom([&](std::vector<char>& buffer, const char** name) {
    servent entry{};
    servent* found = nullptr;
    const int error = getservbyport_r(htons(port), protocol, &entry,
                                      buffer.data(), buffer.size(), &found);
    if (found != nullptr) *name = found->s_name;
    return error;
  });
}

}  // namespace

const std::string& ServiceNames::Protocol(uint8_t number) {
  std::optional<std::string>& name = protocols_[number];
  if (name) return *name;
  if (number == IPPROTO_TCP) {
    name = "tcp";
  } else if (number == IPPROTO_UDP) {
    name = "udp";
  } else {
    name = LookUpProtocol(number);
    if (name->empty()) name = std::to_string(number);
  }
  return *name;
}

const std::string& ServiceNames::Service(const Connection& connection) {
  const bool is_tcp = connection.protocol == IPPROTO_TCP;
  if (!is_tcp && connection.protocol != IPPROTO_UDP) return none_;
  Transport& transport = is_tcp ? tcp_ : udp_;
  const char* protocol = is_tcp ? "tcp" : "udp";
  const std::string& first =
      PortName(transport, protocol, connection.from_port);
  if (!first.empty()) return first;
  return PortName(transport, protocol, connection.to_port);
}

const std::string& ServiceNames::PortName(Transport& transport,
                                          const char* protocol, uint16_t port) {
  if (!transport.asked[port]) {
    transport.asked[port] = true;
    std::string name = LookUpService(protocol, port);
    if (!name.empty()) transport.names.emplace(port, std::move(name));
  }
  const auto known = transport.names.find(port);
  return known == transport.names.end() ? none_ : known->second;
}

}  // namespace ipband
