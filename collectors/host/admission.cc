// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/admission.h"

#include <array>

namespace ipband {
namespace {

constexpr uint64_t kMostShares = 4096;
constexpr uint32_t kSlowAdmissionShare = 64;

// The rank of a row that had kUnit bytes in each period it was there for, so
// that a young row's mean can be told from its rank.
constexpr uint64_t kUnit = 256;
constexpr std::array<uint64_t, 256> RanksByAge() {
  std::array<uint64_t, 256> ranks{};
  for (size_t age = 1; age < ranks.size(); ++age) {
    ranks[age] = NextRank(ranks[age - 1], kUnit);
  }
  return ranks;
}
constexpr std::array<uint64_t, 256> kRankByAge = RanksByAge();

bool HasTwiceTheMeanOf(const Incumbent& row, const Newcomer& newcomer) {
  return row.age > 0 && Uint128{newcomer.bytes} * kRankByAge[row.age] >=
                            Uint128{row.rank} * 2 * kUnit;
}

bool LowerRank(const Incumbent& a, const Incumbent& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.key < b.key;
}

// Sorts the `count` lowest ranks to the front.
void SortLowest(std::vector<Incumbent>& incumbents, size_t count) {
  const auto middle = incumbents.begin() + static_cast<std::ptrdiff_t>(std::min(
                                               count, incumbents.size()));
  std::partial_sort(incumbents.begin(), middle, incumbents.end(), LowerRank);
}

}  // namespace

std::vector<Replacement> ChooseReplacements(const NewcomerSketch::Taken& taken,
                                            std::vector<Incumbent>& incumbents,
                                            uint32_t max,
                                            uint64_t period_bytes) {
  const uint64_t shares = std::min<uint64_t>(max, kMostShares);
  const auto above_share = [&](const Newcomer& newcomer) {
    return Uint128{newcomer.bytes + taken.error} * shares > period_bytes;
  };
  // Newcomers come with falling counts: those above their share stand first.
  size_t large = 0;
  while (large < taken.newcomers.size() &&
         above_share(taken.newcomers[large])) {
    ++large;
  }

  std::vector<Replacement> replacements;
  SortLowest(incumbents, large);
  size_t replaced = std::min(large, incumbents.size());
  for (size_t i = 0; i < replaced; ++i) {
    replacements.push_back({incumbents[i].key, taken.newcomers[i]});
  }

  incumbents.erase(incumbents.begin(),
                   incumbents.begin() + static_cast<std::ptrdiff_t>(replaced));
  const size_t slow = std::min<size_t>(max / kSlowAdmissionShare,
                                       taken.newcomers.size() - large);
  if (slow == 0) return replacements;
  std::erase_if(incumbents, [&](const Incumbent& row) {
    return !HasTwiceTheMeanOf(row, taken.newcomers[large]);
  });
  SortLowest(incumbents, slow);
  // A row that is too much for a newcomer is so for all that follow.
  for (size_t i = 0, next = large; i < std::min(slow, incumbents.size()); ++i) {
    if (!HasTwiceTheMeanOf(incumbents[i], taken.newcomers[next])) continue;
    replacements.push_back({incumbents[i].key, taken.newcomers[next]});
    ++next;
  }
  return replacements;
}

}  // namespace ipband
