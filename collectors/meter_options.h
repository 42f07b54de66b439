// SPDX-License-Identifier: Apache-2.0
//
// What a meter counts and when its table is dumped and cleared; filled from
// the configuration, constant while the tables that use it live.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/accounting_options.h"
#include "collectors/net/address.h"

namespace ipband {

// Addresses whose bits under the mask are those of `network`. ipfm: masks need
// not be contiguous. Without `any` only the network's own family matches.
struct AddressPattern {
  bool any = true;
  Address network;  // bits outside the mask are zero
  Address mask;

  bool Matches(const Address& address) const {
    return any || (address.family == network.family &&
                   (address.high & mask.high) == network.high &&
                   (address.low & mask.low) == network.low);
  }
  bool operator==(const AddressPattern&) const = default;
};

// LOG [NONE|FROM|TO|BOTH] [host] [[NOT] WITH [peer]]
struct LogRule {
  enum class Count : uint8_t { kNone, kFrom, kTo, kBoth };
  Count count = Count::kBoth;
  AddressPattern host;
  // ipfm: WITH alone is any peer, NOT WITH alone is never true.
  AddressPattern peer;
  bool not_with = false;

  bool operator==(const LogRule&) const = default;
};

// Times that are multiples of `every` plus `after`, in seconds of UTC since
// the epoch: the local time zone never moves them.
struct MeterGrid {
  std::chrono::seconds every = std::chrono::hours(24);
  std::chrono::seconds after{0};

  bool operator==(const MeterGrid&) const = default;
};

enum class MeterClear { kAlways, kNever, kEvery };

struct MeterOptions {
  static constexpr size_t kMostRules = 4096;

  std::string name;                     // the label; unique, not empty
  std::vector<std::string> interfaces;  // names and globs; none = all captured
  std::vector<LogRule> rules;           // at most kMostRules; none: no dumps
  LengthKind length = LengthKind::kIp;
  bool require_checksum = false;  // ipfm: wrong IPv4 header sums do not count
  MeterGrid dump;
  MeterClear clear = MeterClear::kAlways;
  MeterGrid clear_grid;            // kEvery: dumps at these times clear
  uint32_t max_hosts = 1'000'000;  // rows of the table
  uint32_t max_series = 1000;      // hosts with series of their own

  bool operator==(const MeterOptions&) const = default;
};

}  // namespace ipband
