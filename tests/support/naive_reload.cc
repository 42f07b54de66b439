// SPDX-License-Identifier: Apache-2.0
//
// What other options mean for the naive accounting.
#include <algorithm>

#include "tests/support/naive_accounting.h"

namespace ipband::test {
namespace {

// Whether the same addresses are counted in the same subnets.
bool SameShape(const AccountingOptions& a, const AccountingOptions& b) {
  const auto networks = [](const AccountingOptions& options) {
    std::vector<std::vector<Prefix>> all;
    for (const SubnetOptions& subnet : options.subnets) {
      all.push_back(subnet.networks);
    }
    return all;
  };
  return networks(a) == networks(b) && a.local == b.local &&
         a.aggregate_ipv4 == b.aggregate_ipv4 &&
         a.aggregate_ipv6 == b.aggregate_ipv6 && a.max_subnets == b.max_subnets;
}

}  // namespace

// With what they have counted.
std::map<NaiveAccounting::SubnetKey, NaiveSubnet> NaiveAccounting::Staying()
    const {
  std::map<SubnetKey, NaiveSubnet> staying;
  if (!options_.subnets.empty()) {
    for (int c = 0; c < static_cast<int>(captures.size()); ++c) {
      for (const SubnetOptions& named : options_.subnets) {
        const SubnetKey key{c, named.networks.front()};
        const auto known = subnets.find(key);
        staying[key] = known != subnets.end() ? known->second : NaiveSubnet();
      }
    }
    return staying;
  }
  std::vector<SubnetKey> fitting;
  for (const auto& [key, subnet] : subnets) {
    const Address& network = key.second.network;
    if (Local(network) && SubnetOf(network) == key.second) {
      fitting.push_back(key);
    }
  }
  std::sort(fitting.begin(), fitting.end(), [this](auto& a, auto& b) {
    const NaiveSubnet& x = subnets.at(a);
    const NaiveSubnet& y = subnets.at(b);
    return std::tuple(!x.watched, ~x.rank, a) <
           std::tuple(!y.watched, ~y.rank, b);
  });
  for (const SubnetKey& key : fitting) {
    if (staying.size() < options_.max_subnets) staying[key] = subnets.at(key);
  }
  return staying;
}

void NaiveAccounting::KeepFittingHosts() {
  const size_t max = options_.hosts.enabled ? options_.hosts.max : 0;
  std::vector<std::pair<uint64_t, HostKey>> by_rank;
  for (const auto& [key, host] : hosts) by_rank.push_back({host.rank, key});
  std::sort(by_rank.begin(), by_rank.end());
  for (const auto& [rank, key] : by_rank) {
    if (hosts.size() > max) EraseHost(hosts.find(key));
  }
}

void NaiveAccounting::Reconfigure(const AccountingOptions& options,
                                  const ThresholdOptions& thresholds) {
  const bool same_shape = SameShape(options, options_);
  options_ = options;
  thresholds_ = thresholds;
  if (!same_shape) {
    const std::map<SubnetKey, NaiveSubnet> staying = Staying();
    for (auto host = hosts.begin(); host != hosts.end();) {
      const auto next = std::next(host);
      const auto& [capture, address] = host->first;
      const Prefix& subnet = host->second.subnet;
      if (!Local(address) || SubnetOf(address) != subnet ||
          !staying.contains({capture, subnet})) {
        EraseHost(host);
      }
      host = next;
    }
    // Once more, now that hosts have been retired in them.
    subnets = Staying();
    new_hosts_.clear();
    new_subnets_.clear();
  }
  KeepFittingHosts();
  for (auto& [key, subnet] : subnets) {
    if (ThresholdOf(key.second)) continue;
    subnet.watched = false;
    subnet.connections.clear();
    subnet.exceeded = 0;
  }
}

}  // namespace ipband::test
