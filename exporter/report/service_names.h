// SPDX-License-Identifier: Apache-2.0
//
// Names of protocols and services from the system's databases
// (/etc/protocols, /etc/services or what nsswitch.conf says). Each is asked
// for once in the life of the program, so memory is bounded by the ports
// there are. Used by one thread, the one that renders reports. Names that do
// not fit a column (one_line.h) are left out.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "collectors/connection/connection.h"

namespace ipband {

class ServiceNames {
 public:
  // "tcp", "icmp", or the number if it has no name.
  const std::string& Protocol(uint8_t number);

  // Empty if there is none. ipband: TCP and UDP only; the port of `from`
  // first, whoever serves.
  const std::string& Service(const Connection& connection);

 private:
  struct Transport {
    std::bitset<65536> asked;
    std::map<uint16_t, std::string> names;  // misses are not kept
  };

  const std::string& PortName(Transport& transport, const char* protocol,
                              uint16_t port);

  std::array<std::optional<std::string>, 256> protocols_;
  Transport tcp_;
  Transport udp_;
  const std::string none_;
};

}  // namespace ipband
