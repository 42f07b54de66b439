// SPDX-License-Identifier: Apache-2.0
//
// ipfm's walk of a meter's LOG rules for one end of a packet. Split in two, as
// the first half is the same for all packets of a host and is kept in its row.
// Pure functions, called per packet.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/meter_options.h"
#include "collectors/net/address.h"

namespace ipband {

// The rules whose host pattern matches: bit i for rules[i]. Of more than 64
// rules each bit stands for some that follow each other.
uint64_t Matching(const std::vector<LogRule>& rules,
                  const Address& host) noexcept;

// What the last of these rules says whose WITH condition holds for the peer.
// kNone if there is none. REQUIRES: `matching` came from the same rules and
// host.
LogRule::Count Decide(const std::vector<LogRule>& rules, uint64_t matching,
                      const Address& host, const Address& peer) noexcept;

}  // namespace ipband
