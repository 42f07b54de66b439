// SPDX-License-Identifier: Apache-2.0
#include "collectors/decode/decode.h"

namespace ipband {
namespace {

// IANA protocol numbers.
constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kIcmp = 1;
constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kAuthentication = 51;
constexpr uint8_t kIcmpv6 = 58;
constexpr uint8_t kNoNextHeader = 59;
constexpr uint8_t kDestinationOptions = 60;
constexpr uint8_t kMobility = 135;
constexpr uint8_t kHip = 139;
constexpr uint8_t kShim6 = 140;

constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;

// Longer chains of extension headers are nobody's traffic: the packet is
// counted, its ports are not looked for.
constexpr int kMostExtensionHeaders = 16;

// The header's own length is believed only where the frame has room for it.
// Offloads leave 0 in packets above 64 KiB, and senders can lie.
uint32_t PlausibleLength(uint32_t claimed, size_t least, uint32_t room) {
  return claimed < least || claimed > room ? room : claimed;
}

// `at`: the transport header of a packet that is whole or a first fragment.
// ipband: other protocols have no ports, so two hosts are one connection.
void ReadPorts(Bytes frame, size_t at, Packet& packet) noexcept {
  switch (packet.protocol) {
    case kTcp:
    case kUdp:
      if (frame.size() < at + 4) return;
      packet.source_port = Read16(frame, at);
      packet.destination_port = Read16(frame, at + 2);
      return;
    case kIcmp:
    case kIcmpv6:
      // ipband: type and code stand in the sender's port column.
      if (frame.size() < at + 2) return;
      packet.source_port = Read16(frame, at);
      return;
    default:
      return;
  }
}

// RFC 1071: the sum of a right header, its own sum included, is all ones.
// Few ask for it: kept out of the way of those who do not.
[[gnu::cold]] bool HasBadSum(Bytes header) noexcept {
  uint32_t sum = 0;
  for (size_t at = 0; at < header.size(); at += 2) sum += Read16(header, at);
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16) != 0xffff;
}

Outcome DecodeIpv4(Bytes frame, size_t at, uint32_t room, Checksums checksums,
                   Packet& packet) noexcept {
  if (frame.size() < at + kIpv4Header) return Outcome::kTruncated;
  const size_t header = size_t{frame[at] & 0x0fu} * 4;
  if (frame[at] >> 4 != 4 || header < kIpv4Header) return Outcome::kMalformed;

  packet.source = Address::V4(Read32(frame, at + 12));
  packet.destination = Address::V4(Read32(frame, at + 16));
  packet.protocol = frame[at + 9];
  packet.ip_length = PlausibleLength(Read16(frame, at + 2), header, room);

  // What was not captured of the options is taken for right.
  packet.bad_checksum = checksums == Checksums::kVerify &&
                        frame.size() >= at + header &&
                        HasBadSum(frame.subspan(at, header));

  const bool first_fragment = (Read16(frame, at + 6) & 0x1fff) == 0;
  // ipband: took payload for ports behind options and in later fragments.
  if (first_fragment) ReadPorts(frame, at + header, packet);
  return Outcome::kCounted;
}

// RFC 8200 section 4: steps over extension headers to the transport header.
void WalkExtensionHeaders(Bytes frame, size_t at, Packet& packet) noexcept {
  for (int i = 0; i < kMostExtensionHeaders; ++i) {
    size_t length = 0;
    switch (packet.protocol) {
      case kHopByHop:
      case kRouting:
      case kDestinationOptions:
      case kMobility:
      case kHip:
      case kShim6:
        if (frame.size() < at + 2) return;
        length = (size_t{frame[at + 1]} + 1) * 8;
        break;
      case kAuthentication:  // RFC 4302: in units of four bytes, less two
        if (frame.size() < at + 2) return;
        length = (size_t{frame[at + 1]} + 2) * 4;
        break;
      case kFragment: {
        if (frame.size() < at + 8) return;
        const bool first = (Read16(frame, at + 2) & 0xfff8) == 0;
        if (!first) {
          packet.protocol = frame[at];
          return;
        }
        length = 8;
        break;
      }
      default:
        ReadPorts(frame, at, packet);
        return;
    }
    packet.protocol = frame[at];
    at += length;
  }
}

Outcome DecodeIpv6(Bytes frame, size_t at, uint32_t room,
                   Packet& packet) noexcept {
  if (frame.size() < at + kIpv6Header) return Outcome::kTruncated;
  if (frame[at] >> 4 != 6) return Outcome::kMalformed;

  packet.source = Address::V6(Read64(frame, at + 8), Read64(frame, at + 16));
  packet.destination =
      Address::V6(Read64(frame, at + 24), Read64(frame, at + 32));
  packet.protocol = frame[at + 6];

  // A payload of 0 before a next header is a jumbogram (RFC 2675) or one of
  // the kernel's own packets above 64 KiB.
  const uint32_t payload = Read16(frame, at + 4);
  const bool jumbo = payload == 0 && packet.protocol != kNoNextHeader;
  packet.ip_length =
      jumbo ? room : PlausibleLength(payload + kIpv6Header, kIpv6Header, room);

  packet.bad_checksum = false;  // there is none
  WalkExtensionHeaders(frame, at + kIpv6Header, packet);
  return Outcome::kCounted;
}

}  // namespace

Outcome Decode(LinkType type, Bytes frame, uint32_t wire_length, Packet& packet,
               Checksums checksums) noexcept {
  const NetworkLayer network = FindNetworkLayer(type, frame);
  if (network.outcome != Outcome::kCounted) return network.outcome;

  const size_t at = network.offset;
  const uint32_t room =
      wire_length > at ? wire_length - static_cast<uint32_t>(at) : 0;
  packet.frame_length = wire_length;
  packet.source_port = 0;
  packet.destination_port = 0;
  NetworkProtocol protocol = network.protocol;
  if (protocol == NetworkProtocol::kByVersion) {
    if (frame.size() <= at) return Outcome::kTruncated;
    const int version = frame[at] >> 4;
    if (version != 4 && version != 6) return Outcome::kMalformed;
    protocol = version == 4 ? NetworkProtocol::kIpv4 : NetworkProtocol::kIpv6;
  }
  return protocol == NetworkProtocol::kIpv4
             ? DecodeIpv4(frame, at, room, checksums, packet)
             : DecodeIpv6(frame, at, room, packet);
}

}  // namespace ipband
