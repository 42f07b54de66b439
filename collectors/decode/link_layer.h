// SPDX-License-Identifier: Apache-2.0
//
// Finds where the IP header of a frame begins: Ethernet with any stack of
// 802.1Q/802.1ad tags, MPLS and PPPoE, LLC/SNAP, Linux cooked captures, raw
// IP, BSD loopback, PPP and Cisco HDLC. Tunnels (GRE, 6in4, GTP ...) are
// counted by their outer addresses and not looked into.
// Called for every frame by the accounting thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collectors/decode/bytes.h"
#include "collectors/decode/packet.h"

namespace ipband {

// What a capture's frames begin with. Names as in pcap-linktype(7).
enum class LinkType : uint8_t {
  kEthernet,
  kLinuxSll,
  kLinuxSll2,
  kRaw,  // IP of either version
  kIpv4,
  kIpv6,
  kNull,      // BSD loopback, address family in either byte order
  kPpp,       // PPP, with or without HDLC framing, or Cisco HDLC
  kPppEther,  // PPPoE without the Ethernet header
  kPpi,       // a header of the capturing program before another link type
};

enum class NetworkProtocol : uint8_t { kIpv4, kIpv6, kByVersion };

// The shortest header before IP.
size_t LinkHeaderLength(LinkType type);

struct NetworkLayer {
  Outcome outcome = Outcome::kNotIp;  // kCounted: the other fields are valid
  NetworkProtocol protocol = NetworkProtocol::kByVersion;
  size_t offset = 0;  // of the IP header in the frame
};

NetworkLayer FindNetworkLayer(LinkType type, Bytes frame) noexcept;

}  // namespace ipband
