// SPDX-License-Identifier: Apache-2.0
//
// Serves what the exporter serves for so many hosts, with prometheus-cpp's own
// server: two counters of each, with the same labels.
//   prometheus_exposer HOSTS
// Prints its port and ends when its standard input does.
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "collectors/net/prefix.h"
#include "tests/bench/udp_frame.h"

using ipband::Address;
using ipband::PrefixAround;
using ipband::ToString;
using ipband::bench::LocalHost;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: prometheus_exposer HOSTS\n", stderr);
    return 2;
  }
  const auto hosts = static_cast<uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto registry = std::make_shared<prometheus::Registry>();
  for (const char* direction : {"receive", "transmit"}) {
    auto& family =
        prometheus::BuildCounter()
            .Name(std::string("ipband_host_") + direction + "_bytes_total")
            .Help("Bytes of the host.")
            .Register(*registry);
    for (uint32_t i = 0; i < hosts; ++i) {
      const Address host = Address::V4(LocalHost(i));
      family
          .Add({{"interface", "v1"},
                {"subnet", ToString(PrefixAround(host, 24))},
                {"address", ToString(host)}})
          .Increment(i * 61.0 + 60);
    }
  }
  prometheus::Exposer exposer("127.0.0.1:0", 1);
  exposer.RegisterCollectable(registry);
  std::printf("%d\n", exposer.GetListeningPorts().front());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
