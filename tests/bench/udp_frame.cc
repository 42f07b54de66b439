// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/udp_frame.h"

#include <span>

namespace ipband::bench {
namespace {

constexpr uint32_t kIp = 14;  // where the headers begin
constexpr uint32_t kUdp = 34;
constexpr uint32_t kLocalPort = 4000;
constexpr uint32_t kRemotePort = 53;

void Put16(Frame& frame, size_t at, uint32_t value) {
  frame[at] = static_cast<uint8_t>(value >> 8);
  frame[at + 1] = static_cast<uint8_t>(value);
}

void Put32(Frame& frame, size_t at, uint32_t value) {
  Put16(frame, at, value >> 16);
  Put16(frame, at + 2, value);
}

// RFC 1071; ipfm leaves out what has a wrong one.
uint32_t Checksum(std::span<const uint8_t> header) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < header.size(); i += 2) {
    sum += static_cast<uint32_t>(header[i] << 8 | header[i + 1]);
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return ~(sum + (sum >> 16));
}

}  // namespace

Frame UdpFrame(uint32_t local, uint32_t remote, bool out_bound,
               uint32_t length) {
  Frame frame{};
  frame[0] = frame[6] = 2;  // locally administered addresses
  frame[11] = 1;
  frame[12] = 0x08;
  frame[kIp] = 0x45;
  Put16(frame, kIp + 2, length - kIp);
  frame[kIp + 8] = 64;
  frame[kIp + 9] = 17;
  Put32(frame, kIp + 12, out_bound ? local : remote);
  Put32(frame, kIp + 16, out_bound ? remote : local);
  Put16(frame, kIp + 10, Checksum(std::span(frame).subspan(kIp, kUdp - kIp)));
  Put16(frame, kUdp, out_bound ? kLocalPort : kRemotePort);
  Put16(frame, kUdp + 2, out_bound ? kRemotePort : kLocalPort);
  Put16(frame, kUdp + 4, length - kUdp);
  return frame;
}

}  // namespace ipband::bench
