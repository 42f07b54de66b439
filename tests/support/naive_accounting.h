// SPDX-License-Identifier: Apache-2.0
//
// The accounting rules once more, as plainly as they can be put: ordered maps,
// no bound on what is remembered of newcomers, one packet at a time, every
// empty period closed by itself. The real tables are compared with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "collectors/account/snapshot.h"
#include "collectors/account/traffic.h"
#include "collectors/accounting_options.h"

namespace ipband::test {

struct NaiveHost {
  Prefix subnet;
  uint64_t receive = 0, transmit = 0;
  uint64_t period_bytes = 0, rank = 0;
  int64_t last_active = 0;
  int age = 0;
};

struct NaiveConnection {
  uint64_t from_bytes = 0, to_bytes = 0, packets = 0;
  int64_t first_seen = 0, last_seen = 0;
  friend bool operator==(const NaiveConnection&,
                         const NaiveConnection&) = default;
};
// By address, port, address, port (the smaller pair first) and protocol.
using NaiveConnections =
    std::map<std::tuple<Address, uint16_t, Address, uint16_t, uint8_t>,
             NaiveConnection>;

struct NaiveSubnet {
  std::map<std::string, uint64_t> count;  // by counter name
  uint64_t period_total = 0, period_receive = 0, period_transmit = 0;
  uint64_t period_excluded = 0, period_excluded_receive = 0,
           period_excluded_transmit = 0;
  uint64_t period_packets = 0;
  uint64_t rank = 0;
  int64_t last_active = 0;
  int age = 0;
  double bandwidth = 0;
  uint64_t over_seconds = 0;
  // The watch.
  bool watched = false;
  int64_t started = 0, clock = 0, last_not_clear = 0;
  uint64_t exceeded = 0;
  uint64_t reports = 0;
  NaiveConnections connections;
};

struct NaiveCapture {
  std::map<Outcome, std::pair<uint64_t, uint64_t>> outcomes;
  uint64_t untracked = 0, late = 0;
  bool open = false;
  int64_t start = 0, length = 0;  // of the open period
  uint64_t hosts_at_start = 0, subnets_at_start = 0;
};

struct NaiveEvent {
  int capture = 0;
  Verdict verdict{};
  Prefix subnet;
  int64_t at = 0;
  uint64_t exceeded = 0;
  NaiveConnections connections;  // of kReportDue
  friend bool operator==(const NaiveEvent&, const NaiveEvent&) = default;
};

class NaiveAccounting {
 public:
  NaiveAccounting(const AccountingOptions& options,
                  const ThresholdOptions& thresholds, int captures);

  // `packet` counts only with outcome kCounted.
  void Frame(int capture, int64_t second, Outcome outcome,
             const Packet& packet);
  void Reach(int capture, int64_t second);
  // Other options from here on.
  void Reconfigure(const AccountingOptions& options,
                   const ThresholdOptions& thresholds);

  using SubnetKey = std::pair<int, Prefix>;
  using HostKey = std::pair<int, Address>;
  std::map<SubnetKey, NaiveSubnet> subnets;
  std::map<HostKey, NaiveHost> hosts;
  std::vector<NaiveCapture> captures;
  std::vector<NaiveEvent> events;

 private:
  bool Local(const Address& address) const;
  Prefix SubnetOf(const Address& address) const;
  bool Excluded(const Address& address) const;
  bool Discover(const SubnetKey& key);
  void Credit(int capture, const Packet& packet, uint64_t bytes);
  void CreditHost(int capture, const Address& address, uint64_t bytes,
                  bool receive);
  void KeepConnection(NaiveSubnet& subnet, const Packet& packet,
                      uint64_t bytes) const;
  void ClosePeriod(int capture, int64_t end);
  void Judge(const SubnetKey& key, NaiveSubnet& subnet, int64_t end);
  void Retire(int capture, int64_t end);
  void EraseHost(std::map<HostKey, NaiveHost>::iterator host);
  void EraseSubnet(const SubnetKey& key);
  void AdmitSubnets(int capture, int64_t end);
  void AdmitHosts(int capture, int64_t end);
  std::optional<double> ThresholdOf(const Prefix& subnet) const;
  std::map<SubnetKey, NaiveSubnet> Staying() const;
  void KeepFittingHosts();

  AccountingOptions options_;
  ThresholdOptions thresholds_;
  std::map<HostKey, uint64_t> new_hosts_;
  std::map<SubnetKey, uint64_t> new_subnets_;
  uint64_t host_bytes_ = 0, subnet_bytes_ = 0;
  int64_t second_ = 0;
};

}  // namespace ipband::test
