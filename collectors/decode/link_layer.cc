// SPDX-License-Identifier: Apache-2.0
#include "collectors/decode/link_layer.h"

namespace ipband {
namespace {

// EtherTypes (IEEE 802 numbers, IANA).
constexpr uint16_t kIpv4 = 0x0800;
constexpr uint16_t kIpv6 = 0x86dd;
constexpr uint16_t kVlan = 0x8100;
constexpr uint16_t kServiceVlan = 0x88a8;
constexpr uint16_t kOldServiceVlan = 0x9100;
constexpr uint16_t kMplsUnicast = 0x8847;
constexpr uint16_t kMplsMulticast = 0x8848;
constexpr uint16_t kPppoeSession = 0x8864;
constexpr uint16_t kLargestLength = 1500;  // above it, an EtherType

// Linux cooked captures name 802.2 frames by this instead of a length.
constexpr uint16_t kSllLlc = 0x0004;

// PPP protocol numbers (RFC 1661, RFC 5072, RFC 3032).
constexpr uint16_t kPppIpv4 = 0x0021;
constexpr uint16_t kPppIpv6 = 0x0057;
constexpr uint16_t kPppMplsUnicast = 0x0281;
constexpr uint16_t kPppMplsMulticast = 0x0283;

constexpr NetworkLayer Ignore(Outcome outcome) { return {outcome}; }

constexpr NetworkLayer Found(NetworkProtocol protocol, size_t offset) {
  return {Outcome::kCounted, protocol, offset};
}

// RFC 3032: labels of four bytes, the last one marked. Nothing names what
// follows; by RFC 4928 a first nibble of 4 or 6 means IP.
NetworkLayer Mpls(Bytes frame, size_t at) noexcept {
  for (;; at += 4) {
    if (frame.size() < at + 4) return Ignore(Outcome::kTruncated);
    const bool bottom = (frame[at + 2] & 1) != 0;
    if (bottom) break;
  }
  at += 4;
  if (frame.size() <= at) return Ignore(Outcome::kTruncated);
  const int version = frame[at] >> 4;
  if (version == 4) return Found(NetworkProtocol::kIpv4, at);
  if (version == 6) return Found(NetworkProtocol::kIpv6, at);
  return Ignore(Outcome::kNotIp);
}

// `at`: the protocol field, one or two bytes (RFC 1661, section 6.5).
NetworkLayer PppProtocol(Bytes frame, size_t at) noexcept {
  if (frame.size() <= at) return Ignore(Outcome::kTruncated);
  uint16_t protocol = frame[at];
  if ((protocol & 1) != 0) {
    at += 1;
  } else {
    if (frame.size() < at + 2) return Ignore(Outcome::kTruncated);
    protocol = Read16(frame, at);
    at += 2;
  }
  switch (protocol) {
    case kPppIpv4:
      return Found(NetworkProtocol::kIpv4, at);
    case kPppIpv6:
      return Found(NetworkProtocol::kIpv6, at);
    case kPppMplsUnicast:
    case kPppMplsMulticast:
      return Mpls(frame, at);
    default:
      return Ignore(Outcome::kNotIp);
  }
}

// RFC 2516: version and type, code (0 = session data), session, length.
NetworkLayer PppoeSession(Bytes frame, size_t at) noexcept {
  if (frame.size() < at + 6) return Ignore(Outcome::kTruncated);
  if (frame[at + 1] != 0) return Ignore(Outcome::kNotIp);
  return PppProtocol(frame, at + 6);
}

// `at`: behind the EtherType, which may be that of a tag.
NetworkLayer EtherType(Bytes frame, uint16_t type, size_t at) noexcept {
  for (;;) {
    switch (type) {
      case kIpv4:
        return Found(NetworkProtocol::kIpv4, at);
      case kIpv6:
        return Found(NetworkProtocol::kIpv6, at);
      case kVlan:
      case kServiceVlan:
      case kOldServiceVlan:
        if (frame.size() < at + 4) return Ignore(Outcome::kTruncated);
        type = Read16(frame, at + 2);
        at += 4;
        continue;
      case kMplsUnicast:
      case kMplsMulticast:
        return Mpls(frame, at);
      case kPppoeSession:
        return PppoeSession(frame, at);
      default:
        break;
    }
    if (type > kLargestLength) return Ignore(Outcome::kNotIp);
    // A length: IEEE 802.2 LLC follows. IP hides behind SNAP with the
    // EtherTypes' own organization code, or has a service point of its own.
    if (frame.size() < at + 3) return Ignore(Outcome::kTruncated);
    const uint32_t llc = uint32_t{Read16(frame, at)} << 8 | frame[at + 2];
    if (llc == 0x060603) return Found(NetworkProtocol::kIpv4, at + 3);
    if (llc != 0xaaaa03) return Ignore(Outcome::kNotIp);
    if (frame.size() < at + 8) return Ignore(Outcome::kTruncated);
    const bool ethernet_types =
        Read16(frame, at + 3) == 0 && frame[at + 5] == 0;
    type = Read16(frame, at + 6);
    if (!ethernet_types || type <= kLargestLength) {
      return Ignore(Outcome::kNotIp);
    }
    at += 8;
  }
}

// The protocol field of Linux cooked captures is an EtherType, or one of the
// kernel's own small numbers, of which only 802.2 may hold IP.
NetworkLayer Cooked(Bytes frame, size_t protocol_at, size_t header) noexcept {
  if (frame.size() < header) return Ignore(Outcome::kTruncated);
  const uint16_t type = Read16(frame, protocol_at);
  if (type <= kLargestLength && type != kSllLlc) {
    return Ignore(Outcome::kNotIp);
  }
  return EtherType(frame, type, header);
}

// The family is in the byte order of the machine that captured: small either
// way. The numbers for IPv6 differ between systems (pcap-linktype(7)).
NetworkLayer Null(Bytes frame) noexcept {
  if (frame.size() < 4) return Ignore(Outcome::kTruncated);
  uint32_t family = Read32(frame, 0);
  if (family > 0xffff) {
    family = uint32_t{frame[3]} << 24 | uint32_t{frame[2]} << 16 |
             uint32_t{frame[1]} << 8 | frame[0];
  }
  switch (family) {
    case 2:
      return Found(NetworkProtocol::kIpv4, 4);
    case 10:
    case 24:
    case 28:
    case 30:
      return Found(NetworkProtocol::kIpv6, 4);
    default:
      return Ignore(Outcome::kNotIp);
  }
}

// RFC 1662 framing (ff 03) may be left out; Cisco HDLC (0f 00 unicast, 8f 00
// broadcast) has an EtherType instead of a PPP protocol.
NetworkLayer Ppp(Bytes frame) noexcept {
  if (frame.size() < 2) return Ignore(Outcome::kTruncated);
  if (frame[0] == 0xff && frame[1] == 0x03) return PppProtocol(frame, 2);
  if (frame[0] == 0x0f || frame[0] == 0x8f) {
    if (frame.size() < 4) return Ignore(Outcome::kTruncated);
    return EtherType(frame, Read16(frame, 2), 4);
  }
  return PppProtocol(frame, 0);
}

// Per-Packet Information: version, flags, then the header's length and the
// type of what follows it, both little-endian.
NetworkLayer Ppi(Bytes frame) noexcept {
  if (frame.size() < 8) return Ignore(Outcome::kTruncated);
  const size_t header = size_t{frame[3]} << 8 | frame[2];
  const uint32_t type = uint32_t{frame[7]} << 24 | uint32_t{frame[6]} << 16 |
                        uint32_t{frame[5]} << 8 | frame[4];
  constexpr uint32_t kEthernet = 1;  // LINKTYPE_ETHERNET
  if (type != kEthernet) return Ignore(Outcome::kNotIp);
  if (header < 8) return Ignore(Outcome::kMalformed);
  if (frame.size() < header) return Ignore(Outcome::kTruncated);
  NetworkLayer inner =
      FindNetworkLayer(LinkType::kEthernet, frame.subspan(header));
  inner.offset += header;
  return inner;
}

}  // namespace

size_t LinkHeaderLength(LinkType type) {
  switch (type) {
    case LinkType::kEthernet:
      return 14;
    case LinkType::kLinuxSll:
      return 16;
    case LinkType::kLinuxSll2:
      return 20;
    case LinkType::kNull:
      return 4;
    case LinkType::kPpp:
      return 1;
    case LinkType::kPppEther:
      return 8;
    case LinkType::kPpi:
      return 22;
    case LinkType::kRaw:
    case LinkType::kIpv4:
    case LinkType::kIpv6:
      break;
  }
  return 0;
}

NetworkLayer FindNetworkLayer(LinkType type, Bytes frame) noexcept {
  switch (type) {
    case LinkType::kEthernet:
      if (frame.size() < 14) return Ignore(Outcome::kTruncated);
      return EtherType(frame, Read16(frame, 12), 14);
    case LinkType::kLinuxSll:
      return Cooked(frame, 14, 16);
    case LinkType::kLinuxSll2:
      return Cooked(frame, 0, 20);
    case LinkType::kRaw:
      return Found(NetworkProtocol::kByVersion, 0);
    case LinkType::kIpv4:
      return Found(NetworkProtocol::kIpv4, 0);
    case LinkType::kIpv6:
      return Found(NetworkProtocol::kIpv6, 0);
    case LinkType::kNull:
      return Null(frame);
    case LinkType::kPpp:
      return Ppp(frame);
    case LinkType::kPppEther:
      return PppoeSession(frame, 0);
    case LinkType::kPpi:
      return Ppi(frame);
  }
  return Ignore(Outcome::kNotIp);
}

}  // namespace ipband
