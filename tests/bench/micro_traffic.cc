// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/micro_traffic.h"

#include <algorithm>
#include <random>
#include <utility>

namespace ipband::bench {

AccountingOptions OptionsFor(uint32_t rows) {
  AccountingOptions options;
  options.local.automatic = false;
  options.local.ranges = {RangeOf(*ParsePrefix("10.0.0.0/8"))};
  options.max_subnets = 8192;
  options.hosts.max = rows;
  return options;
}

std::vector<Packet> PacketsOf(size_t packets, uint32_t hosts, uint32_t remotes,
                              uint32_t hosts_of_subnet) {
  std::mt19937 random(1);
  std::vector<Packet> all(packets);
  uint32_t host = 0;
  for (Packet& packet : all) {
    packet.source = Address::V4(LocalHost(host, hosts_of_subnet));
    host = (host + 1) % hosts;
    packet.destination =
        Address::V4(RemoteHost(static_cast<uint32_t>(random() % remotes)));
    if (random() % 2 == 0) std::swap(packet.source, packet.destination);
    packet.frame_length = static_cast<uint32_t>(60 + random() % 1455);
    packet.ip_length = packet.frame_length - 14;
    packet.protocol = 17;
    packet.source_port = 4000;
    packet.destination_port = 53;
  }
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

Traffic TrafficOf(uint32_t hosts) {
  Traffic traffic(OptionsFor(hosts), {}, kSeed);
  traffic.AddCapture();
  std::vector<Packet> one(1, PacketsOf(1, 1).front());
  for (uint32_t i = 0; i < hosts; ++i) {
    one.front().source = Address::V4(LocalHost(i));
    one.front().destination = Address::V4(RemoteHost(0));
    traffic.Account(0, one, kStart);
  }
  return traffic;
}

}  // namespace ipband::bench
