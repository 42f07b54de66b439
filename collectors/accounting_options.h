// SPDX-License-Identifier: Apache-2.0
//
// How traffic is counted and judged; filled from the configuration, constant
// while the tables that use it live.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/net/prefix.h"

namespace ipband {

// frame: wire length as pcap reports it plus the adjustment (ipband).
// ip: the IP total length, without padding (ipfm).
enum class LengthKind { kFrame, kIp };

// Which addresses are ours.
struct LocalOptions {
  bool any = false;
  bool automatic = true;             // private ranges and own networks
  std::vector<AddressRange> ranges;  // beside those

  bool operator==(const LocalOptions&) const = default;
};

struct SubnetOptions {
  std::vector<Prefix> networks;  // their sum is one subnet; label = the first
  std::string name;              // empty: the prefix
  // None: that of ThresholdOptions. Infinity: never judged.
  std::optional<double> threshold_bytes_per_second;

  bool operator==(const SubnetOptions&) const = default;
};

struct HostOptions {
  bool enabled = true;
  uint32_t max = 1000;
  std::chrono::seconds idle_timeout = std::chrono::hours(24);

  bool operator==(const HostOptions&) const = default;
};

struct ConnectionOptions {
  uint32_t max = 65536;  // over all watched subnets

  bool operator==(const ConnectionOptions&) const = default;
};

struct AccountingOptions {
  std::chrono::seconds averaging_period{60};
  LengthKind length = LengthKind::kFrame;
  int64_t length_adjustment = 0;  // bytes, added to the frame length
  int aggregate_ipv4 = 24;        // prefix length of discovered subnets
  int aggregate_ipv6 = 64;
  LocalOptions local;
  std::vector<SubnetOptions> subnets;  // named; none = discover
  uint32_t max_subnets = 256;          // discovered ones
  HostOptions hosts;
  ConnectionOptions connections;

  bool operator==(const AccountingOptions&) const = default;
};

enum class Judge { kTotal, kReceive, kTransmit, kEither };

struct ThresholdOptions {
  std::optional<double> bytes_per_second;  // none = never judged
  Judge judge = Judge::kTotal;
  std::chrono::seconds report_period{300};
  double clear_share = 1.0;  // of the threshold
  std::chrono::seconds clear_after{0};
  std::vector<Prefix> exclude;

  bool operator==(const ThresholdOptions&) const = default;
};

}  // namespace ipband
