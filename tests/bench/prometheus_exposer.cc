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

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: prometheus_exposer HOSTS\n", stderr);
    return 2;
  }
  const unsigned long hosts = std::strtoul(argv[1], nullptr, 10);
  const auto registry = std::make_shared<prometheus::Registry>();
  for (const char* direction : {"receive", "transmit"}) {
    auto& family =
        prometheus::BuildCounter()
            .Name(std::string("ipband_host_") + direction + "_bytes_total")
            .Help("Bytes of the host.")
            .Register(*registry);
    for (unsigned long i = 0; i < hosts; ++i) {
      const unsigned long net = i / 250;
      const std::string network = "10." + std::to_string(net / 256) + "." +
                                  std::to_string(net % 256) + ".";
      family
          .Add({{"interface", "v1"},
                {"subnet", network + "0/24"},
                {"address", network + std::to_string(i % 250 + 1)}})
          .Increment(static_cast<double>(i * 61 + 60));
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
