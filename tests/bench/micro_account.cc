// SPDX-License-Identifier: Apache-2.0
//
// Crediting packets to the tables, and what the tables do at other times.
#include <benchmark/benchmark.h>

#include <vector>

#include "collectors/account/snapshot.h"
#include "collectors/account/traffic.h"
#include "tests/bench/micro_traffic.h"

namespace ipband::bench {
namespace {

constexpr size_t kPackets = size_t{1} << 20;
constexpr size_t kBatch = 64;

void AccountAll(benchmark::State& state, Traffic& traffic,
                const std::vector<Packet>& packets) {
  size_t at = 0;
  for (auto _ : state) {
    traffic.Account(0, std::span(packets).subspan(at, kBatch), kStart);
    at = (at + kBatch) % packets.size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}

// Hosts in the traffic, rows for them.
void Account(benchmark::State& state) {
  const auto hosts = static_cast<uint32_t>(state.range(0));
  const auto rows = static_cast<uint32_t>(state.range(1));
  Traffic traffic(OptionsFor(rows), {}, kSeed);
  const std::vector<Packet> packets = PacketsOf(kPackets, hosts);
  traffic.AddCapture();
  traffic.Account(0, packets, kStart);
  AccountAll(state, traffic, packets);
  state.counters["hosts"] = traffic.hosts().size();
}
BENCHMARK(Account)
    ->Args({1000, 1000})
    ->Args({20000, 20000})
    ->Args({1000000, 1000000})
    ->Args({20000, 1000})
    ->Args({1000000, 1000});

// So many named subnets: one that holds all, or one to each /24.
AccountingOptions NamedOptions(uint32_t subnets) {
  AccountingOptions options = OptionsFor(20000);
  options.local.any = true;
  for (uint32_t i = 0; i < subnets; ++i) {
    const Address first =
        PrefixAround(Address::V4(LocalHost(i, 1)), 24).network;
    options.subnets.push_back({.networks = {{first, subnets == 1 ? 8 : 24}}});
  }
  return options;
}

// 20,000 hosts, two to each of 10,000 /24 networks, or 250 to each of 80.
void AccountNamed(benchmark::State& state) {
  const auto subnets = static_cast<uint32_t>(state.range(0));
  const auto hosts_of_subnet = static_cast<uint32_t>(state.range(1));
  Traffic traffic(NamedOptions(subnets), {}, kSeed);
  const std::vector<Packet> packets =
      PacketsOf(kPackets, 20000, 50000, hosts_of_subnet);
  traffic.AddCapture();
  traffic.Account(0, packets, kStart);
  AccountAll(state, traffic, packets);
}
BENCHMARK(AccountNamed)->ArgsProduct({{1, 10000}, {250, 2}});

// One subnet of 256 hosts, each with 200 others; watched or not.
void AccountWatched(benchmark::State& state) {
  AccountingOptions options = OptionsFor(1000);
  options.aggregate_ipv4 = 8;
  ThresholdOptions thresholds;
  if (state.range(0) == 1) thresholds.bytes_per_second = 1;
  Traffic traffic(options, thresholds, kSeed);
  const std::vector<Packet> packets = PacketsOf(kPackets, 256, 200);
  traffic.AddCapture();
  for (int round = 0; round < 2; ++round) {
    traffic.Account(0, packets, kStart);
    traffic.ClosePeriods(0, {.end = kStart + 60 * round, .length = 60},
                         IgnoreRow, IgnoreEvent);
  }
  traffic.Account(0, packets, kStart + 60);
  AccountAll(state, traffic, packets);
  state.counters["connections"] = traffic.connections().size();
}
BENCHMARK(AccountWatched)->Arg(0)->Arg(1);

// Discovered rows, one for each 250 hosts.
void FindSubnet(benchmark::State& state) {
  const Traffic traffic = TrafficOf(static_cast<uint32_t>(state.range(0)));
  uint32_t host = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        traffic.subnets().Find(0, Address::V4(LocalHost(host))));
    host = (host + 7919) % static_cast<uint32_t>(state.range(0));
  }
}
BENCHMARK(FindSubnet)->Arg(20000)->Arg(1000000);

// Every row is looked for as often as any other.
void FindNamedSubnet(benchmark::State& state) {
  const auto subnets = static_cast<uint32_t>(state.range(0));
  Traffic traffic(NamedOptions(subnets), {}, kSeed);
  traffic.AddCapture();
  uint32_t host = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        traffic.subnets().Find(0, Address::V4(LocalHost(host, 2))));
    host = (host + 7919) % 20000;
  }
}
BENCHMARK(FindNamedSubnet)->Arg(1)->Arg(10000);

void ClosePeriod(benchmark::State& state) {
  Traffic traffic = TrafficOf(static_cast<uint32_t>(state.range(0)));
  int64_t end = kStart;
  for (auto _ : state) {
    end += 60;
    traffic.ClosePeriods(0, {.end = end, .length = 60}, IgnoreRow, IgnoreEvent);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ClosePeriod)->Arg(1000)->Arg(100000)->Arg(1000000);

void TakeSnapshot(benchmark::State& state) {
  const Traffic traffic = TrafficOf(static_cast<uint32_t>(state.range(0)));
  for (auto _ : state) {
    Snapshot snapshot;
    CopyTables(traffic, snapshot);
    benchmark::DoNotOptimize(snapshot.hosts.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(TakeSnapshot)->Arg(1000)->Arg(100000)->Arg(1000000);

}  // namespace
}  // namespace ipband::bench
