// SPDX-License-Identifier: Apache-2.0
//
// Writes a capture file for benchmarks: IPv4 UDP between local hosts and
// remote ones, both directions, some hosts busier than others.
//   make_traffic FILE [packets [hosts [remotes]]]
// Local hosts are in 10.0.0.0/8, 250 to a /24; remote ones in 198.0.0.0/8.
#include <arpa/inet.h>
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

constexpr uint32_t kCaptured = 60;  // bytes of each frame in the file
constexpr uint32_t kPacketsPerSecond = 100000;

// One connection for each pair of hosts.
constexpr uint32_t kLocalPort = 4000;
constexpr uint32_t kRemotePort = 53;

struct Shape {
  uint32_t packets = 5000000;
  uint32_t hosts = 20000;
  uint32_t remotes = 50000;
};

void Put32(uint8_t* at, uint32_t value) {
  value = htonl(value);
  std::memcpy(at, &value, sizeof(value));
}

void Put16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

// The product of two uniform numbers: low ones come much more often.
uint32_t Skewed(std::mt19937& random, uint32_t below) {
  const double x = std::generate_canonical<double, 32>(random);
  const double y = std::generate_canonical<double, 32>(random);
  return static_cast<uint32_t>(x * y * below);
}

void Write(pcap_dumper_t* out, const Shape& shape) {
  std::mt19937 random(1);
  std::array<uint8_t, kCaptured> frame{};
  frame[12] = 0x08;
  frame[14] = 0x45;
  frame[22] = 64;
  frame[23] = 17;
  for (uint32_t i = 0; i < shape.packets; ++i) {
    const uint32_t number = Skewed(random, shape.hosts);
    const uint32_t local = 0x0a000001 + (number / 250 << 8) + number % 250;
    const uint32_t remote = 0xc6000001 + Skewed(random, shape.remotes);
    const bool out_bound = random() % 2 == 0;
    const auto length = static_cast<uint32_t>(60 + random() % 1455);
    Put16(&frame[16], length - 14);
    Put32(&frame[26], out_bound ? local : remote);
    Put32(&frame[30], out_bound ? remote : local);
    Put16(&frame[34], out_bound ? kLocalPort : kRemotePort);
    Put16(&frame[36], out_bound ? kRemotePort : kLocalPort);
    pcap_pkthdr header{};
    header.ts.tv_sec = 1700000000 + i / kPacketsPerSecond;
    header.ts.tv_usec = i % kPacketsPerSecond * 10;
    header.caplen = kCaptured;
    header.len = length;
    pcap_dump(static_cast<u_char*>(static_cast<void*>(out)), &header,
              frame.data());
  }
}

uint32_t Number(int argc, char** argv, int index, uint32_t otherwise) {
  if (index >= argc) return otherwise;
  return static_cast<uint32_t>(std::strtoul(argv[index], nullptr, 10));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: make_traffic FILE [packets [hosts [remotes]]]\n",
               stderr);
    return 2;
  }
  Shape shape;
  shape.packets = Number(argc, argv, 2, shape.packets);
  shape.hosts = Number(argc, argv, 3, shape.hosts);
  shape.remotes = Number(argc, argv, 4, shape.remotes);
  pcap_t* handle = pcap_open_dead(DLT_EN10MB, 192);
  pcap_dumper_t* out = pcap_dump_open(handle, argv[1]);
  if (out == nullptr) {
    std::fprintf(stderr, "make_traffic: %s\n", pcap_geterr(handle));
    return 1;
  }
  Write(out, shape);
  pcap_dump_close(out);
  pcap_close(handle);
  return 0;
}
