// SPDX-License-Identifier: Apache-2.0
//
// Traffic for the micro-benchmarks, between the hosts of udp_frame.h; only
// those in 10.0.0.0/8 are local.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/account/traffic.h"
#include "tests/bench/udp_frame.h"

namespace ipband::bench {

inline constexpr uint64_t kSeed = 0x5eed;
inline constexpr int64_t kStart = 1'700'000'000;

// Rows for so many hosts, and for all their subnets.
AccountingOptions OptionsFor(uint32_t rows);

// In random order; every host is the source or the destination of as many as
// any other. REQUIRES: packets >= hosts.
std::vector<Packet> PacketsOf(size_t packets, uint32_t hosts,
                              uint32_t remotes = 50000,
                              uint32_t hosts_of_subnet = kHostsOfSubnet);

// Tables in which each of so many hosts has been counted once.
Traffic TrafficOf(uint32_t hosts);

inline void IgnoreRow(const SubnetRow&, const PeriodEnd&) {}
inline void IgnoreEvent(const SubnetRow&, const ThresholdEvent&) {}

}  // namespace ipband::bench
