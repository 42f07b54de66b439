// SPDX-License-Identifier: Apache-2.0
#include "tests/support/frame_builder.h"

#include <arpa/inet.h>

#include <stdexcept>

namespace ipband::test {
namespace {

void Put8(FrameBytes& out, uint32_t value) {
  out.push_back(static_cast<uint8_t>(value & 0xff));
}
void Put16(FrameBytes& out, uint32_t value) {
  Put8(out, value >> 8);
  Put8(out, value);
}
void Put32(FrameBytes& out, uint32_t value) {
  Put16(out, value >> 16);
  Put16(out, value);
}
void PutAddress(FrameBytes& out, int family, const std::string& text) {
  uint8_t bytes[16];
  if (inet_pton(family, text.c_str(), bytes) != 1) {
    throw std::invalid_argument("not an address: " + text);
  }
  out.insert(out.end(), bytes, bytes + (family == AF_INET ? 4 : 16));
}
FrameBytes Join(FrameBytes header, const FrameBytes& inner) {
  header.insert(header.end(), inner.begin(), inner.end());
  return header;
}
constexpr uint8_t kMacs[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

}  // namespace

FrameBuilder& FrameBuilder::Add(Numbers numbers, Wrap wrap) {
  layers_.push_back({numbers, std::move(wrap)});
  return *this;
}

FrameBuilder& FrameBuilder::Ethernet() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out(std::begin(kMacs), std::end(kMacs));
    Put16(out, next.ether_type);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Llc() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out(std::begin(kMacs), std::end(kMacs));
    Put16(out, static_cast<uint32_t>(inner.size() + 8));
    Put32(out, 0xaaaa0300);
    Put16(out, 0);
    Put16(out, next.ether_type);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Sll() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put16(out, 0);  // to us
    Put16(out, 1);  // Ethernet
    Put16(out, 6);
    for (int i = 0; i < 8; ++i) Put8(out, 0);
    Put16(out, next.ether_type);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Sll2() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put16(out, next.ether_type);
    Put16(out, 0);
    Put32(out, 7);  // interface index
    Put16(out, 1);
    Put8(out, 0);
    Put8(out, 6);
    for (int i = 0; i < 8; ++i) Put8(out, 0);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Null(uint32_t family) {
  return Add({}, [family](const FrameBytes& inner, Numbers) {
    FrameBytes out;
    for (int i = 0; i < 4; ++i) Put8(out, family >> (8 * i));
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Ppp() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put16(out, 0xff03);
    Put16(out, next.ppp);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::CiscoHdlc() {
  return Add({}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put16(out, 0x0f00);
    Put16(out, next.ether_type);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Vlan(uint16_t id, uint16_t tag_type) {
  return Add({.ether_type = tag_type},
             [id](const FrameBytes& inner, Numbers next) {
               FrameBytes out;
               Put16(out, id);
               Put16(out, next.ether_type);
               return Join(out, inner);
             });
}

FrameBuilder& FrameBuilder::Mpls(uint32_t label, bool bottom) {
  return Add({.ether_type = 0x8847, .ppp = 0x0281},
             [=](const FrameBytes& inner, Numbers) {
               FrameBytes out;
               Put32(out, label << 12 | (bottom ? 0x100u : 0u) | 64u);
               return Join(out, inner);
             });
}

FrameBuilder& FrameBuilder::PppoeSession() {
  return Add({.ether_type = 0x8864}, [](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put16(out, 0x1100);
    Put16(out, 9);
    Put16(out, static_cast<uint32_t>(inner.size() + 2));
    Put16(out, next.ppp);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Ipv4(const std::string& source,
                                 const std::string& destination,
                                 Ipv4Header header) {
  return Add(
      {.ether_type = 0x0800, .ppp = 0x0021, .ip = 4},
      [=](const FrameBytes& inner, Numbers next) {
        const int words = 5 + header.option_words;
        const int length = words * 4 + static_cast<int>(inner.size());
        FrameBytes out;
        Put8(out, static_cast<uint32_t>(
                      header.version << 4 |
                      (header.header_words < 0 ? words : header.header_words)));
        Put8(out, 0);
        Put16(out, static_cast<uint32_t>(
                       header.total_length < 0 ? length : header.total_length));
        Put16(out, 1);
        Put16(out, header.fragment);
        Put8(out, header.ttl);
        Put8(out, next.ip);
        Put16(out, 0);
        PutAddress(out, AF_INET, source);
        PutAddress(out, AF_INET, destination);
        for (int i = 0; i < header.option_words; ++i) {
          Put32(out, 0x01010101);  // no operation
        }
        return Join(out, inner);
      });
}

FrameBuilder& FrameBuilder::Ipv6(const std::string& source,
                                 const std::string& destination,
                                 Ipv6Header header) {
  return Add({.ether_type = 0x86dd, .ppp = 0x0057, .ip = 41},
             [=](const FrameBytes& inner, Numbers next) {
               FrameBytes out;
               Put32(out, static_cast<uint32_t>(header.version) << 28);
               Put16(out,
                     static_cast<uint32_t>(header.payload_length < 0
                                               ? static_cast<int>(inner.size())
                                               : header.payload_length));
               Put8(out, next.ip);
               Put8(out, 64);
               PutAddress(out, AF_INET6, source);
               PutAddress(out, AF_INET6, destination);
               return Join(out, inner);
             });
}

FrameBuilder& FrameBuilder::Extension(uint8_t protocol, int words8) {
  return Add({.ip = protocol}, [=](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put8(out, next.ip);
    const bool authentication = protocol == 51;
    Put8(out,
         static_cast<uint32_t>(authentication ? words8 * 2 - 2 : words8 - 1));
    out.resize(static_cast<size_t>(words8) * 8, 1);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Fragment6(uint16_t offset_units8, bool more) {
  return Add({.ip = 44}, [=](const FrameBytes& inner, Numbers next) {
    FrameBytes out;
    Put8(out, next.ip);
    Put8(out, 0);
    Put16(out, static_cast<uint32_t>(offset_units8 << 3 | (more ? 1 : 0)));
    Put32(out, 77);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Udp(uint16_t source, uint16_t destination) {
  return Add({.ip = 17}, [=](const FrameBytes& inner, Numbers) {
    FrameBytes out;
    Put16(out, source);
    Put16(out, destination);
    Put16(out, static_cast<uint32_t>(inner.size() + 8));
    Put16(out, 0);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Tcp(uint16_t source, uint16_t destination) {
  return Add({.ip = 6}, [=](const FrameBytes& inner, Numbers) {
    FrameBytes out;
    Put16(out, source);
    Put16(out, destination);
    Put32(out, 1);
    Put32(out, 1);
    Put32(out, 0x50100400);
    Put32(out, 0);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Icmp(uint8_t type, uint8_t code) {
  return Add({.ip = 1}, [=](const FrameBytes& inner, Numbers) {
    FrameBytes out;
    Put8(out, type);
    Put8(out, code);
    Put16(out, 0);
    Put32(out, 1);
    return Join(out, inner);
  });
}

FrameBuilder& FrameBuilder::Protocol(uint8_t number) {
  return Add({.ip = number},
             [](const FrameBytes& inner, Numbers) { return inner; });
}

FrameBuilder& FrameBuilder::Arp() {
  return Add({.ether_type = 0x0806}, [](const FrameBytes& inner, Numbers) {
    return Join(FrameBytes(28, 1), inner);
  });
}

FrameBuilder& FrameBuilder::Payload(size_t bytes) {
  return Add({}, [bytes](const FrameBytes& inner, Numbers) {
    return Join(FrameBytes(bytes, 0x71), inner);
  });
}

FrameBuilder& FrameBuilder::Pad(size_t frame_bytes) {
  pad_to_ = frame_bytes;
  return *this;
}

FrameBytes FrameBuilder::Build() const {
  FrameBytes bytes;
  Numbers next;
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    bytes = layer->wrap(bytes, next);
    next = layer->numbers;
  }
  if (bytes.size() < pad_to_) bytes.resize(pad_to_, 0);
  return bytes;
}

}  // namespace ipband::test
