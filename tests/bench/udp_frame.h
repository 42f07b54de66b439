// SPDX-License-Identifier: Apache-2.0
//
// The frames of the benchmarks: IPv4 UDP on Ethernet, the first 60 bytes,
// between local hosts in 10.0.0.0/8, 250 to a /24, and remote ones in
// 198.0.0.0/8. One connection for each pair of hosts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ipband::bench {

inline constexpr uint32_t kHostsOfSubnet = 250;

// Addresses in host order.
constexpr uint32_t LocalHost(uint32_t number,
                             uint32_t hosts_of_subnet = kHostsOfSubnet) {
  return 0x0a000001 + (number / hosts_of_subnet << 8) +
         number % hosts_of_subnet;
}
constexpr uint32_t RemoteHost(uint32_t number) { return 0xc6000001 + number; }

inline constexpr size_t kFrameBytes = 60;
using Frame = std::array<uint8_t, kFrameBytes>;

// `length`: of the frame on the wire. The IPv4 checksum is right.
Frame UdpFrame(uint32_t local, uint32_t remote, bool out_bound,
               uint32_t length);

}  // namespace ipband::bench
