// SPDX-License-Identifier: Apache-2.0
//
// Frames. The first byte: link type in the low half; 0x40, the frame was longer
// on the wire; 0x80, checksums are worked out.
#include <vector>

#include "collectors/decode/decode.h"
#include "tests/fuzz/fuzzer.h"

namespace ipband {
namespace {

constexpr uint32_t kNotCaptured = 1400;
constexpr size_t kLongestCut = 128;

bool Same(const Packet& a, const Packet& b) {
  return a.source == b.source && a.destination == b.destination &&
         a.frame_length == b.frame_length && a.ip_length == b.ip_length &&
         a.source_port == b.source_port &&
         a.destination_port == b.destination_port && a.protocol == b.protocol &&
         a.bad_checksum == b.bad_checksum;
}

// Places in a batch are used again.
Packet UsedPacket() {
  return {Address::V6(~uint64_t{0}, ~uint64_t{0}),
          Address::V6(~uint64_t{0}, ~uint64_t{0}),
          ~uint32_t{0},
          ~uint32_t{0},
          0xffff,
          0xffff,
          0xff,
          true};
}

void ExpectWithinBounds(const Packet& packet, uint32_t wire_length) {
  Expect(packet.frame_length == wire_length, "the frame has its wire length");
  Expect(packet.ip_length <= wire_length, "the packet fits into its frame");
  Expect(packet.source.family == packet.destination.family,
         "both ends have one IP version");
  if (packet.source.family == Family::kIpv6) {
    Expect(!packet.bad_checksum, "IPv6 has no header sum");
    return;
  }
  for (const Address& end : {packet.source, packet.destination}) {
    Expect(end.high == 0 && end.low <= 0xffffffff, "IPv4 has 32 bits");
  }
}

// A shorter snap length loses packets or their ports, but never makes others
// of them.
void ExpectCutsAgree(LinkType type, Bytes frame, uint32_t wire_length,
                     const Packet& whole) {
  for (size_t size = 0; size < frame.size() && size < kLongestCut; ++size) {
    const std::vector<uint8_t> held(frame.begin(),
                                    frame.begin() + static_cast<long>(size));
    Packet packet = UsedPacket();
    const Outcome outcome = Decode(type, held, wire_length, packet);
    if (outcome == Outcome::kTruncated) continue;
    Expect(outcome == Outcome::kCounted && packet.source == whole.source &&
               packet.destination == whole.destination &&
               packet.ip_length == whole.ip_length,
           "a frame that was cut is truncated or the same packet");
  }
}

void DecodeOne(uint8_t kind, Bytes frame) {
  const auto type = static_cast<LinkType>((kind & 0x0f) % 10);
  const auto held = static_cast<uint32_t>(frame.size());
  const uint32_t wire_length = held + ((kind & 0x40) != 0 ? kNotCaptured : 0);
  const Checksums checksums =
      (kind & 0x80) != 0 ? Checksums::kVerify : Checksums::kIgnore;
  Packet packet;
  const Outcome outcome = Decode(type, frame, wire_length, packet, checksums);
  Packet again = UsedPacket();
  Expect(Decode(type, frame, wire_length, again, checksums) == outcome,
         "the same frame has the same outcome");
  Expect(outcome != Outcome::kNotLocal && outcome != Outcome::kNoRoom,
         "decoding knows no tables");
  if (outcome != Outcome::kCounted) return;
  Expect(Same(packet, again), "the same frame gives the same packet");
  ExpectWithinBounds(packet, wire_length);
  ExpectCutsAgree(type, frame, wire_length, packet);
}

}  // namespace
}  // namespace ipband

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) ipband::DecodeOne(data[0], {data + 1, size - 1});
  return 0;
}
