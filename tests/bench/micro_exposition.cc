// SPDX-License-Identifier: Apache-2.0
//
// Writing the series of 100,000 hosts: ours, and what prometheus-cpp needs to
// collect and serialize the same ones.
#include <benchmark/benchmark.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "collectors/metrics/traffic_metrics.h"
#include "tests/bench/micro_traffic.h"

namespace ipband::bench {
namespace {

constexpr uint32_t kHosts = 100000;
constexpr char kInterface[] = "eth0";

Snapshot SnapshotOfHosts() {
  Snapshot snapshot;
  snapshot.captures.push_back({.status = {.interface = kInterface}});
  CopyTables(TrafficOf(kHosts), snapshot);
  return snapshot;
}

void WriteHosts(benchmark::State& state) {
  const Snapshot snapshot = SnapshotOfHosts();
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    TextWriter out([&](std::string_view piece) {
      bytes += piece.size();
      return true;
    });
    WriteHostMetrics(snapshot, out);
    out.Finish();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(WriteHosts)->Unit(benchmark::kMillisecond);

void WriteSubnets(benchmark::State& state) {
  const Snapshot snapshot = SnapshotOfHosts();
  for (auto _ : state) {
    TextWriter out([](std::string_view) { return true; });
    WriteSubnetMetrics(
        snapshot, [](const SubnetRow&) { return std::string("name"); }, out);
    out.Finish();
  }
}
BENCHMARK(WriteSubnets)->Unit(benchmark::kMillisecond);

void FillRegistry(const Snapshot& snapshot, prometheus::Registry& registry) {
  auto& receive = prometheus::BuildCounter()
                      .Name("ipband_host_receive_bytes_total")
                      .Help("Bytes received by the host.")
                      .Register(registry);
  auto& transmit = prometheus::BuildCounter()
                       .Name("ipband_host_transmit_bytes_total")
                       .Help("Bytes sent by the host.")
                       .Register(registry);
  for (const HostSnapshot& host : snapshot.hosts) {
    const prometheus::Labels labels = {
        {"interface", kInterface},
        {"subnet", ToString(snapshot.subnets[host.subnet].prefix)},
        {"address", ToString(host.address)}};
    receive.Add(labels).Increment(static_cast<double>(host.receive_bytes));
    transmit.Add(labels).Increment(static_cast<double>(host.transmit_bytes));
  }
}

void WriteHostsByPrometheusCpp(benchmark::State& state) {
  prometheus::Registry registry;
  FillRegistry(SnapshotOfHosts(), registry);
  const prometheus::TextSerializer serializer;
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = serializer.Serialize(registry.Collect()).size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(WriteHostsByPrometheusCpp)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ipband::bench
