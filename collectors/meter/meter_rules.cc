// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_rules.h"

#include <algorithm>
#include <bit>

namespace ipband {
namespace {

size_t RulesOfABit(size_t rules) { return (rules + 63) / 64; }

}  // namespace

uint64_t Matching(const std::vector<LogRule>& rules,
                  const Address& host) noexcept {
  const size_t of_a_bit = RulesOfABit(rules.size());
  uint64_t matching = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].host.Matches(host)) matching |= uint64_t{1} << (i / of_a_bit);
  }
  return matching;
}

// ipfm: the direction is no part of the match. LOG TO after LOG FROM for the
// same host hides it.
LogRule::Count Decide(const std::vector<LogRule>& rules, uint64_t matching,
                      const Address& host, const Address& peer) noexcept {
  const size_t of_a_bit = RulesOfABit(rules.size());
  while (matching != 0) {
    const size_t last = static_cast<size_t>(std::bit_width(matching)) - 1;
    const size_t begin = last * of_a_bit;
    for (size_t i = std::min(begin + of_a_bit, rules.size()); i-- > begin;) {
      const LogRule& rule = rules[i];
      if (of_a_bit > 1 && !rule.host.Matches(host)) continue;
      if (rule.peer.Matches(peer) != rule.not_with) return rule.count;
    }
    matching &= ~(uint64_t{1} << last);
  }
  return LogRule::Count::kNone;
}

}  // namespace ipband
