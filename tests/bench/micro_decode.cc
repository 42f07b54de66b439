// SPDX-License-Identifier: Apache-2.0
//
// From the bytes of a frame to a Packet, by kind of frame.
#include <benchmark/benchmark.h>

#include "collectors/decode/decode.h"
#include "tests/support/frame_builder.h"

namespace ipband {
namespace {

using test::FrameBuilder;
using test::FrameBytes;

constexpr size_t kPayload = 100;

FrameBuilder Ethernet() { return FrameBuilder().Ethernet(); }

FrameBytes Udp4(FrameBuilder link) {
  return link.Ipv4("10.1.2.3", "198.51.100.7")
      .Udp(4000, 53)
      .Payload(kPayload)
      .Build();
}

FrameBuilder Ip6() { return Ethernet().Ipv6("2001:db8::1", "2001:db8:1::2"); }

void DecodeOne(benchmark::State& state, LinkType type,
               const FrameBytes& frame) {
  Packet packet;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Decode(type, frame, static_cast<uint32_t>(frame.size()), packet));
  }
  state.SetItemsProcessed(state.iterations());
}

constexpr LinkType kEthernet = LinkType::kEthernet;

BENCHMARK_CAPTURE(DecodeOne, ipv4_udp, kEthernet, Udp4(Ethernet()));
BENCHMARK_CAPTURE(DecodeOne, ipv4_tcp, kEthernet,
                  Ethernet()
                      .Ipv4("10.1.2.3", "198.51.100.7")
                      .Tcp(4000, 443)
                      .Payload(kPayload)
                      .Build());
BENCHMARK_CAPTURE(DecodeOne, ipv4_fragment, kEthernet,
                  Ethernet()
                      .Ipv4("10.1.2.3", "198.51.100.7", {.fragment = 100})
                      .Protocol(17)
                      .Payload(kPayload)
                      .Build());
BENCHMARK_CAPTURE(DecodeOne, ipv6_udp, kEthernet,
                  Ip6().Udp(4000, 53).Payload(kPayload).Build());
BENCHMARK_CAPTURE(DecodeOne, ipv6_three_extensions, kEthernet,
                  Ip6()
                      .Extension(0)
                      .Extension(43)
                      .Extension(60)
                      .Udp(4000, 53)
                      .Payload(kPayload)
                      .Build());
BENCHMARK_CAPTURE(DecodeOne, vlan, kEthernet, Udp4(Ethernet().Vlan(5)));
BENCHMARK_CAPTURE(DecodeOne, qinq, kEthernet,
                  Udp4(Ethernet().Vlan(5, 0x88a8).Vlan(6)));
BENCHMARK_CAPTURE(DecodeOne, mpls, kEthernet,
                  Udp4(Ethernet().Mpls(16, false).Mpls(17, true)));
BENCHMARK_CAPTURE(DecodeOne, pppoe, kEthernet, Udp4(Ethernet().PppoeSession()));
BENCHMARK_CAPTURE(DecodeOne, linux_cooked, LinkType::kLinuxSll,
                  Udp4(FrameBuilder().Sll()));
BENCHMARK_CAPTURE(DecodeOne, arp, kEthernet, Ethernet().Arp().Build());

}  // namespace
}  // namespace ipband
