// SPDX-License-Identifier: Apache-2.0
//
// Writes a capture file for benchmarks: UDP between local hosts and remote
// ones, both directions, some hosts busier than others.
//   make_traffic FILE [packets [hosts [remotes]]]
#include <pcap/pcap.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/bench/udp_frame.h"

namespace {

using ipband::bench::Frame;
using ipband::bench::kFrameBytes;
using ipband::bench::LocalHost;
using ipband::bench::RemoteHost;
using ipband::bench::UdpFrame;

constexpr uint32_t kPacketsPerSecond = 100000;

struct Shape {
  uint32_t packets = 5000000;
  uint32_t hosts = 20000;
  uint32_t remotes = 50000;
};

// The product of two uniform numbers: low ones come much more often.
uint32_t Skewed(std::mt19937& random, uint32_t below) {
  const double x = std::generate_canonical<double, 32>(random);
  const double y = std::generate_canonical<double, 32>(random);
  return static_cast<uint32_t>(x * y * below);
}

void Write(pcap_dumper_t* out, const Shape& shape) {
  std::mt19937 random(1);
  for (uint32_t i = 0; i < shape.packets; ++i) {
    const uint32_t local = LocalHost(Skewed(random, shape.hosts));
    const uint32_t remote = RemoteHost(Skewed(random, shape.remotes));
    const bool out_bound = random() % 2 == 0;
    const auto length = static_cast<uint32_t>(60 + random() % 1455);
    const Frame frame = UdpFrame(local, remote, out_bound, length);
    pcap_pkthdr header{};
    header.ts.tv_sec = 1700000000 + i / kPacketsPerSecond;
    header.ts.tv_usec = i % kPacketsPerSecond * 10;
    header.caplen = kFrameBytes;
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
