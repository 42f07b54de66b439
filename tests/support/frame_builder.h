// SPDX-License-Identifier: Apache-2.0
//
// Builds frames for tests, outermost layer first:
//   FrameBuilder().Ethernet().Vlan(5).Ipv4("10.0.0.1", "10.0.0.2")
//       .Udp(53, 4000).Payload(100).Build()
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ipband::test {

using FrameBytes = std::vector<uint8_t>;

struct Ipv4Header {
  uint8_t ttl = 64;
  int option_words = 0;   // each of four bytes
  uint16_t fragment = 0;  // flags and offset, as in the header
  int total_length = -1;  // -1: the true one
  int version = 4;
  int header_words = -1;  // -1: the true one
};

struct Ipv6Header {
  int payload_length = -1;  // -1: the true one
  int version = 6;
};

class FrameBuilder {
 public:
  FrameBuilder& Ethernet();
  FrameBuilder& Llc();  // 802.3 length, LLC, SNAP
  FrameBuilder& Sll();
  FrameBuilder& Sll2();
  FrameBuilder& Null(uint32_t family);  // little-endian
  FrameBuilder& Ppp();                  // with HDLC framing
  FrameBuilder& CiscoHdlc();
  FrameBuilder& Vlan(uint16_t id, uint16_t tag_type = 0x8100);
  FrameBuilder& Mpls(uint32_t label, bool bottom);
  FrameBuilder& PppoeSession();
  FrameBuilder& Ipv4(const std::string& source, const std::string& destination,
                     Ipv4Header header = {});
  FrameBuilder& Ipv6(const std::string& source, const std::string& destination,
                     Ipv6Header header = {});
  FrameBuilder& Extension(uint8_t protocol, int words8 = 1);
  FrameBuilder& Fragment6(uint16_t offset_units8, bool more);
  FrameBuilder& Udp(uint16_t source, uint16_t destination);
  FrameBuilder& Tcp(uint16_t source, uint16_t destination);
  FrameBuilder& Icmp(uint8_t type, uint8_t code);
  FrameBuilder& Protocol(uint8_t number);  // nothing of its own
  FrameBuilder& Arp();
  FrameBuilder& Payload(size_t bytes);
  FrameBuilder& Pad(size_t frame_bytes);  // behind everything, to this length

  FrameBytes Build() const;

 private:
  struct Numbers {
    uint16_t ether_type = 0;
    uint16_t ppp = 0;
    uint8_t ip = 0;
  };
  // Puts its header before `inner`, which is announced by `next`.
  using Wrap = std::function<FrameBytes(FrameBytes inner, Numbers next)>;
  struct Layer {
    Numbers numbers;
    Wrap wrap;
  };
  FrameBuilder& Add(Numbers numbers, Wrap wrap);

  std::vector<Layer> layers_;
  size_t pad_to_ = 0;
};

}  // namespace ipband::test
