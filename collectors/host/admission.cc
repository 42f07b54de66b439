// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/admission.h"

namespace ipband {
namespace {

constexpr uint64_t kMostShares = 4096;
constexpr uint32_t kSlowAdmissionShare = 64;

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
  std::erase_if(incumbents, [](const Incumbent& i) { return !i.settled; });
  const size_t slow = std::min<size_t>(max / kSlowAdmissionShare,
                                       taken.newcomers.size() - large);
  SortLowest(incumbents, slow);
  for (size_t i = 0; i < std::min(slow, incumbents.size()); ++i) {
    const Newcomer& newcomer = taken.newcomers[large + i];
    // At least twice the mean, of which the rank is 16 times.
    if (newcomer.bytes * 8 < incumbents[i].rank) break;
    replacements.push_back({incumbents[i].key, newcomer});
  }
  return replacements;
}

}  // namespace ipband
