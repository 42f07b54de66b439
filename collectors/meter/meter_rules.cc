// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_rules.h"

#include <algorithm>
#include <bit>

namespace ipband {

uint64_t Matching(const std::vector<LogRule>& rules,
                  const Address& host) noexcept {
  const size_t n = std::min(rules.size(), MeterOptions::kMostRules);
  uint64_t matching = 0;
  for (size_t i = 0; i < n; ++i) {
    if (rules[i].host.Matches(host)) matching |= uint64_t{1} << i;
  }
  return matching;
}

// ipfm: the direction is no part of the match. LOG TO after LOG FROM for the
// same host hides it.
LogRule::Count Decide(const std::vector<LogRule>& rules, uint64_t matching,
                      const Address& peer) noexcept {
  while (matching != 0) {
    const size_t last = static_cast<size_t>(std::bit_width(matching)) - 1;
    const LogRule& rule = rules[last];
    if (rule.peer.Matches(peer) != rule.not_with) return rule.count;
    matching &= ~(uint64_t{1} << last);
  }
  return LogRule::Count::kNone;
}

}  // namespace ipband
