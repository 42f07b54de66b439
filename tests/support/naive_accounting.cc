// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_accounting.h"

#include <algorithm>
#include <set>

namespace ipband::test {
namespace {

// The rule of admission, on lists sorted in full.
template <typename KeyType>
struct Candidate {
  uint64_t weight;
  KeyType key;
  int age;
};

// What the rank would be of something that had 256 bytes in each period.
uint64_t RankOfSteady(int age) {
  uint64_t rank = 0;
  for (int period = 0; period < std::min(age, 255); ++period) {
    rank = rank - rank / 16 + 256;
  }
  return rank;
}

template <typename KeyType>
std::vector<std::pair<KeyType, KeyType>> Replace(
    std::vector<Candidate<KeyType>> newcomers,
    std::vector<Candidate<KeyType>> rows, uint64_t max, uint64_t period) {
  std::sort(newcomers.begin(), newcomers.end(), [](auto& a, auto& b) {
    return std::pair(~a.weight, a.key) < std::pair(~b.weight, b.key);
  });
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) {
    return std::pair(a.weight, a.key) < std::pair(b.weight, b.key);
  });
  std::vector<std::pair<KeyType, KeyType>> out_in;
  const uint64_t slow = max / 64;
  bool slow_began = false;
  const auto half = [](auto& row, auto& newcomer) {
    return row.age > 0 &&
           newcomer.weight * RankOfSteady(row.age) >= row.weight * 512;
  };
  for (const auto& newcomer : newcomers) {
    if (newcomer.weight * std::min<uint64_t>(max, 4096) > period) {
      if (rows.empty()) continue;
      out_in.push_back({rows.front().key, newcomer.key});
      rows.erase(rows.begin());
      continue;
    }
    if (!slow_began) {
      slow_began = true;
      std::erase_if(rows, [&](auto& row) { return !half(row, newcomer); });
      rows.resize(std::min<size_t>(
          {rows.size(), slow, newcomers.size() - out_in.size()}));
    }
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](auto& r) { return half(r, newcomer); });
    if (row == rows.end()) break;
    out_in.push_back({row->key, newcomer.key});
    rows.erase(row);
  }
  return out_in;
}

}  // namespace

NaiveAccounting::NaiveAccounting(const AccountingOptions& options,
                                 const ThresholdOptions& thresholds,
                                 int capture_count)
    : captures(static_cast<size_t>(capture_count)),
      options_(options),
      thresholds_(thresholds) {
  for (int c = 0; c < capture_count; ++c) {
    for (const SubnetOptions& named : options.subnets) {
      subnets[{c, named.networks.front()}];
    }
  }
}

bool NaiveAccounting::Local(const Address& address) const {
  for (const SubnetOptions& named : options_.subnets) {
    for (const Prefix& network : named.networks) {
      if (network.Contains(address)) return true;
    }
  }
  if (!options_.subnets.empty()) return false;
  if (options_.local.any) return true;
  const AddressRange subnet = RangeOf(SubnetOf(address));
  return std::any_of(options_.local.ranges.begin(), options_.local.ranges.end(),
                     [&](const AddressRange& range) {
                       return range.first.family == address.family &&
                              range.first <= subnet.last &&
                              subnet.first <= range.last;
                     });
}

Prefix NaiveAccounting::SubnetOf(const Address& address) const {
  for (const SubnetOptions& named : options_.subnets) {
    for (const Prefix& network : named.networks) {
      if (network.Contains(address)) return named.networks.front();
    }
  }
  return PrefixAround(address, address.family == Family::kIpv4
                                   ? options_.aggregate_ipv4
                                   : options_.aggregate_ipv6);
}

bool NaiveAccounting::Excluded(const Address& address) const {
  return std::any_of(
      thresholds_.exclude.begin(), thresholds_.exclude.end(),
      [&](const Prefix& prefix) { return prefix.Contains(address); });
}

bool NaiveAccounting::Discover(const SubnetKey& key) {
  if (subnets.contains(key)) return true;
  if (!options_.subnets.empty() || subnets.size() == options_.max_subnets) {
    return false;
  }
  subnets[key];
  return true;
}

void NaiveAccounting::Frame(int capture, int64_t second, Outcome outcome,
                            const Packet& packet) {
  NaiveCapture& state = captures[static_cast<size_t>(capture)];
  second_ = second;
  Reach(capture, second);
  if (state.open && second < state.start) ++state.late;
  const uint64_t counted_before = state.outcomes[Outcome::kCounted].first;
  if (outcome == Outcome::kCounted) {
    uint64_t bytes = packet.ip_length;
    if (options_.length == LengthKind::kFrame) {
      bytes = static_cast<uint64_t>(std::max<int64_t>(
          0, packet.frame_length + options_.length_adjustment));
    }
    Credit(capture, packet, bytes);
  } else {
    ++state.outcomes[outcome].first;
    state.outcomes[outcome].second += packet.frame_length;
  }
  if (!state.open && state.outcomes[Outcome::kCounted].first > counted_before) {
    state.open = true;
    state.start = second;
    state.length = options_.averaging_period.count();
  }
}

void NaiveAccounting::Credit(int capture, const Packet& packet,
                             uint64_t bytes) {
  NaiveCapture& state = captures[static_cast<size_t>(capture)];
  const bool source_local = Local(packet.source);
  const bool destination_local = Local(packet.destination);
  const SubnetKey from{capture, SubnetOf(packet.source)};
  const SubnetKey to{capture, SubnetOf(packet.destination)};
  const bool from_row = source_local && Discover(from);
  const bool to_row = destination_local && Discover(to);
  for (const auto& [local, row, key] :
       {std::tuple{source_local, from_row, from},
        std::tuple{destination_local, to_row, to}}) {
    if (!local) continue;
    subnet_bytes_ += bytes;
    if (!row) new_subnets_[key] += bytes;
    if (!row && (from_row || to_row)) state.untracked += bytes;
  }
  const Outcome outcome = from_row || to_row ? Outcome::kCounted
                          : source_local || destination_local
                              ? Outcome::kNoRoom
                              : Outcome::kNotLocal;
  ++state.outcomes[outcome].first;
  state.outcomes[outcome].second += packet.frame_length;
  if (outcome != Outcome::kCounted) return;

  const bool internal = from_row && to_row && from == to;
  bool to_excluded = Excluded(packet.destination);
  bool from_excluded = Excluded(packet.source);
  // Either end is the other's other end.
  if (internal) to_excluded = from_excluded = to_excluded || from_excluded;
  if (from_row) {
    NaiveSubnet& subnet = subnets[from];
    subnet.count["transmit"] += bytes;
    subnet.period_transmit += bytes;
    if (to_excluded) subnet.period_excluded_transmit += bytes;
    CreditHost(capture, packet.source, bytes, false);
  }
  if (to_row) {
    NaiveSubnet& subnet = subnets[to];
    subnet.count["receive"] += bytes;
    subnet.period_receive += bytes;
    if (from_excluded) subnet.period_excluded_receive += bytes;
    CreditHost(capture, packet.destination, bytes, true);
  }
  const auto once = [&](const SubnetKey& key, bool excluded) {
    NaiveSubnet& subnet = subnets[key];
    if (!excluded) KeepConnection(subnet, packet, bytes);
    ++subnet.count["packets"];
    ++subnet.period_packets;
    subnet.count["bytes"] += bytes;
    subnet.period_total += bytes;
    if (excluded) subnet.count["excluded"] += bytes;
    if (excluded) subnet.period_excluded += bytes;
  };
  if (internal) subnets[from].count["internal"] += bytes;
  if (from_row) once(from, to_excluded);
  if (to_row && !internal) once(to, from_excluded);
}

void NaiveAccounting::CreditHost(int capture, const Address& address,
                                 uint64_t bytes, bool receive) {
  host_bytes_ += bytes;
  const HostKey key{capture, address};
  const SubnetKey subnet{capture, SubnetOf(address)};
  if (!hosts.contains(key)) {
    const bool room =
        options_.hosts.enabled && hosts.size() < options_.hosts.max;
    if (!room) {
      subnets[subnet]
          .count[receive ? "untracked_receive" : "untracked_transmit"] += bytes;
      if (options_.hosts.enabled && bytes > 0) new_hosts_[key] += bytes;
      return;
    }
    hosts[key].subnet = subnet.second;
  }
  NaiveHost& host = hosts[key];
  (receive ? host.receive : host.transmit) += bytes;
  host.period_bytes += bytes;
}

void NaiveAccounting::Reach(int capture, int64_t second) {
  NaiveCapture& state = captures[static_cast<size_t>(capture)];
  while (state.open && second >= state.start + state.length) {
    state.start += state.length;
    ClosePeriod(capture, state.start);
    state.length = options_.averaging_period.count();
  }
}

std::optional<double> NaiveAccounting::ThresholdOf(const Prefix& subnet) const {
  for (const SubnetOptions& named : options_.subnets) {
    if (named.networks.front() == subnet && named.threshold_bytes_per_second) {
      return named.threshold_bytes_per_second;
    }
  }
  return thresholds_.bytes_per_second;
}

void NaiveAccounting::Judge(const SubnetKey& key, NaiveSubnet& subnet,
                            int64_t end) {
  const uint64_t total = subnet.period_total - subnet.period_excluded;
  const uint64_t receive =
      subnet.period_receive - subnet.period_excluded_receive;
  const uint64_t transmit =
      subnet.period_transmit - subnet.period_excluded_transmit;
  uint64_t judged = total;
  if (thresholds_.judge == Judge::kReceive) judged = receive;
  if (thresholds_.judge == Judge::kTransmit) judged = transmit;
  if (thresholds_.judge == Judge::kEither) judged = std::max(receive, transmit);
  const int64_t period = captures[static_cast<size_t>(key.first)].length;
  subnet.bandwidth = static_cast<double>(judged) / static_cast<double>(period);
  const std::optional<double> threshold = ThresholdOf(key.second);
  if (!threshold) return;
  const bool over = subnet.bandwidth >= *threshold;
  if (over) subnet.over_seconds += static_cast<uint64_t>(period);
  const auto tell = [&](Verdict verdict) {
    events.push_back({key.first, verdict, key.second, end, subnet.exceeded,
                      verdict == Verdict::kReportDue ? subnet.connections
                                                     : NaiveConnections()});
  };
  if (!subnet.watched) {
    if (!over) return;
    subnet.watched = true;
    subnet.started = subnet.clock = subnet.last_not_clear = end;
    subnet.exceeded = 0;
    tell(Verdict::kWatchStarted);
    return;
  }
  const bool low = subnet.bandwidth < *threshold * thresholds_.clear_share;
  if (over || !low) subnet.last_not_clear = end;
  if (over && end - subnet.clock >= thresholds_.report_period.count()) {
    subnet.exceeded += static_cast<uint64_t>(end - subnet.clock);
    subnet.clock = end;
    ++subnet.reports;
    tell(Verdict::kReportDue);
  }
  if (!over && low &&
      end - subnet.last_not_clear >= thresholds_.clear_after.count()) {
    subnet.watched = false;
    subnet.connections.clear();
    subnet.exceeded = 0;
    tell(Verdict::kCleared);
  }
}

void NaiveAccounting::KeepConnection(NaiveSubnet& subnet, const Packet& packet,
                                     uint64_t bytes) const {
  if (!subnet.watched) return;
  const std::pair sender{packet.source, packet.source_port};
  const std::pair receiver{packet.destination, packet.destination_port};
  const auto& [from, to] = std::minmax(sender, receiver);
  const auto [found, is_new] = subnet.connections.try_emplace(
      {from.first, from.second, to.first, to.second, packet.protocol});
  NaiveConnection& connection = found->second;
  (sender == from ? connection.from_bytes : connection.to_bytes) += bytes;
  ++connection.packets;
  if (is_new) connection.first_seen = connection.last_seen = second_;
  connection.first_seen = std::min(connection.first_seen, second_);
  connection.last_seen = std::max(connection.last_seen, second_);
}

void NaiveAccounting::ClosePeriod(int capture, int64_t end) {
  for (auto& [key, subnet] : subnets) {
    if (key.first != capture) continue;
    Judge(key, subnet, end);
    subnet.rank = subnet.rank - subnet.rank / 16 + subnet.period_total;
    if (subnet.period_packets > 0) subnet.last_active = end;
    subnet.period_total = subnet.period_receive = subnet.period_transmit = 0;
    subnet.period_excluded = subnet.period_excluded_receive =
        subnet.period_excluded_transmit = 0;
    subnet.period_packets = 0;
    ++subnet.age;
  }
  for (auto& [key, host] : hosts) {
    if (key.first != capture) continue;
    host.rank = host.rank - host.rank / 16 + host.period_bytes;
    if (host.period_bytes > 0 || host.age == 0) host.last_active = end;
    host.period_bytes = 0;
    ++host.age;
  }
  Retire(capture, end);
  AdmitSubnets(capture, end);
  AdmitHosts(capture, end);
}

void NaiveAccounting::Retire(int capture, int64_t end) {
  const auto timeout = options_.hosts.idle_timeout.count();
  for (auto host = hosts.begin(); host != hosts.end();) {
    const auto next = std::next(host);
    if (host->first.first == capture &&
        end - host->second.last_active >= timeout) {
      EraseHost(host);
    }
    host = next;
  }
  if (!options_.subnets.empty()) return;
  std::vector<SubnetKey> idle;
  for (const auto& [key, subnet] : subnets) {
    if (key.first == capture && !subnet.watched &&
        end - subnet.last_active >= timeout) {
      idle.push_back(key);
    }
  }
  for (const SubnetKey& key : idle) EraseSubnet(key);
}

void NaiveAccounting::EraseHost(std::map<HostKey, NaiveHost>::iterator host) {
  NaiveSubnet& subnet = subnets[{host->first.first, host->second.subnet}];
  subnet.count["retired_receive"] += host->second.receive;
  subnet.count["retired_transmit"] += host->second.transmit;
  hosts.erase(host);
}

void NaiveAccounting::EraseSubnet(const SubnetKey& key) {
  for (auto host = hosts.begin(); host != hosts.end();) {
    const auto next = std::next(host);
    if (host->first.first == key.first && host->second.subnet == key.second) {
      EraseHost(host);
    }
    host = next;
  }
  subnets.erase(key);
}

void NaiveAccounting::AdmitSubnets(int capture, int64_t end) {
  NaiveCapture& state = captures[static_cast<size_t>(capture)];
  const uint64_t period = subnet_bytes_ - state.subnets_at_start;
  state.subnets_at_start = subnet_bytes_;
  std::vector<Candidate<SubnetKey>> newcomers;
  for (const auto& [key, bytes] : new_subnets_) {
    if (key.first == capture && bytes > 0 && options_.subnets.empty() &&
        !subnets.contains(key)) {
      newcomers.push_back({bytes, key, 0});
    }
  }
  std::erase_if(new_subnets_, [&](const auto& entry) {
    return entry.first.first == capture;
  });
  std::sort(newcomers.begin(), newcomers.end(), [](auto& a, auto& b) {
    return std::pair(~a.weight, a.key) < std::pair(~b.weight, b.key);
  });
  std::vector<Candidate<SubnetKey>> rows;
  for (const auto& [key, subnet] : subnets) {
    if (!subnet.watched) rows.push_back({subnet.rank, key, subnet.age});
  }
  const auto admit = [&](const SubnetKey& key, uint64_t bytes) {
    subnets[key].rank = bytes;
    subnets[key].last_active = end;
  };
  while (!newcomers.empty() && subnets.size() < options_.max_subnets) {
    admit(newcomers.front().key, newcomers.front().weight);
    newcomers.erase(newcomers.begin());
  }
  std::map<SubnetKey, uint64_t> bytes;
  for (const auto& newcomer : newcomers) bytes[newcomer.key] = newcomer.weight;
  const auto out_in = Replace(newcomers, rows, options_.max_subnets, period);
  for (const auto& [out, in] : out_in) EraseSubnet(out);
  for (const auto& [out, in] : out_in) admit(in, bytes[in]);
}

void NaiveAccounting::AdmitHosts(int capture, int64_t end) {
  NaiveCapture& state = captures[static_cast<size_t>(capture)];
  const uint64_t period = host_bytes_ - state.hosts_at_start;
  state.hosts_at_start = host_bytes_;
  std::vector<Candidate<HostKey>> newcomers;
  for (const auto& [key, bytes] : new_hosts_) {
    if (key.first == capture && !hosts.contains(key) &&
        subnets.contains({capture, SubnetOf(key.second)})) {
      newcomers.push_back({bytes, key, 0});
    }
  }
  std::erase_if(new_hosts_, [&](const auto& entry) {
    return entry.first.first == capture;
  });
  std::sort(newcomers.begin(), newcomers.end(), [](auto& a, auto& b) {
    return std::pair(~a.weight, a.key) < std::pair(~b.weight, b.key);
  });
  std::vector<Candidate<HostKey>> rows;
  for (const auto& [key, host] : hosts) {
    rows.push_back({host.rank, key, host.age});
  }
  const auto admit = [&](const HostKey& key, uint64_t bytes) {
    hosts[key].subnet = SubnetOf(key.second);
    hosts[key].rank = bytes;
    hosts[key].last_active = end;
  };
  while (!newcomers.empty() && hosts.size() < options_.hosts.max) {
    admit(newcomers.front().key, newcomers.front().weight);
    newcomers.erase(newcomers.begin());
  }
  std::map<HostKey, uint64_t> bytes;
  for (const auto& newcomer : newcomers) bytes[newcomer.key] = newcomer.weight;
  for (const auto& [out, in] :
       Replace(newcomers, rows, options_.hosts.max, period)) {
    EraseHost(hosts.find(out));
    admit(in, bytes[in]);
  }
}

}  // namespace ipband::test
