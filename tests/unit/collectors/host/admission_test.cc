// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/admission.h"

#include <gtest/gtest.h>

#include "tests/unit/collectors/host_key.h"

namespace ipband {
namespace {

// A row that had this many bytes in each of its periods.
Incumbent Steady(uint32_t number, uint64_t bytes, uint8_t age = 255) {
  uint64_t rank = 0;
  for (int period = 0; period < age; ++period) rank = NextRank(rank, bytes);
  return {rank, HostKey(number), age};
}

std::vector<std::pair<uint64_t, uint64_t>> OutAndIn(
    const NewcomerSketch::Taken& taken, std::vector<Incumbent> incumbents,
    uint32_t max, uint64_t period_bytes) {
  std::vector<std::pair<uint64_t, uint64_t>> pairs;
  for (const Replacement& replacement :
       ChooseReplacements(taken, incumbents, max, period_bytes)) {
    pairs.push_back(
        {replacement.out.address.low, replacement.in.key.address.low});
  }
  return pairs;
}

using Pairs = std::vector<std::pair<uint64_t, uint64_t>>;

TEST(Admission, ANewcomerAboveItsShareReplacesTheLowestRowOfAnyAge) {
  const NewcomerSketch::Taken taken = {{{HostKey(100), 600}}, 0};
  EXPECT_EQ(OutAndIn(taken, {Steady(1, 900), Steady(2, 5, 1)}, 2, 1000),
            (Pairs{{2, 100}}));
}

TEST(Admission, ExactlyTheShareIsNotAboveIt) {
  const NewcomerSketch::Taken taken = {{{HostKey(100), 500}}, 0};
  EXPECT_EQ(OutAndIn(taken, {Steady(1, 900, 1), Steady(2, 5, 1)}, 2, 1000),
            Pairs{});
}

TEST(Admission, TheErrorCountsForTheNewcomer) {
  const NewcomerSketch::Taken taken = {{{HostKey(100), 400}}, 101};
  EXPECT_EQ(OutAndIn(taken, {Steady(1, 900, 1), Steady(2, 5, 1)}, 2, 1000),
            (Pairs{{2, 100}}));
}

TEST(Admission, ASmallerOneNeedsTwiceTheMeanOfARow) {
  std::vector<Incumbent> rows = {Steady(1, 256 * 50), Steady(2, 256 * 40)};
  const auto offer = [&](uint64_t bytes) {
    return OutAndIn({{{HostKey(100), bytes}}, 0}, rows, 64, 1'000'000'000);
  };
  EXPECT_EQ(offer(256 * 79), Pairs{});
  EXPECT_EQ(offer(256 * 80), (Pairs{{2, 100}}));
}

TEST(Admission, AYoungRowIsJudgedByThePeriodsItWasThereFor) {
  std::vector<Incumbent> rows = {Steady(1, 256 * 30), Steady(2, 256 * 40, 1),
                                 Steady(3, 1, 0)};
  const auto offer = [&](uint64_t bytes) {
    return OutAndIn({{{HostKey(100), bytes}}, 0}, rows, 64, 1'000'000'000);
  };
  // The young one's rank is the lower, its mean is not. That of the last is
  // not known yet.
  EXPECT_EQ(offer(256 * 59), Pairs{});
  EXPECT_EQ(offer(256 * 60), (Pairs{{1, 100}}));
  EXPECT_EQ(offer(256 * 80), (Pairs{{2, 100}}));
}

TEST(Admission, WhatCameOnceGivesWayBeforeWhatWasAlwaysThere) {
  std::vector<Incumbent> rows = {Steady(1, 40)};
  for (uint32_t i = 2; i < 200; ++i) {
    rows.push_back({IdleRank(100, 2), HostKey(i), 3});
  }
  NewcomerSketch::Taken taken;
  for (uint32_t i = 0; i < 30; ++i) {
    taken.newcomers.push_back({HostKey(1000 + i), 100});
  }
  EXPECT_EQ(OutAndIn(taken, rows, 200, 1'000'000),
            (Pairs{{2, 1000}, {3, 1001}, {4, 1002}}));
}

TEST(Admission, FewSmallOnesAreLetInPerPeriod) {
  std::vector<Incumbent> rows;
  NewcomerSketch::Taken taken;
  for (uint32_t i = 0; i < 128; ++i) {
    rows.push_back(Steady(i, 1));
    taken.newcomers.push_back({HostKey(1000 + i), 300 - i});
  }
  EXPECT_EQ(OutAndIn(taken, rows, 128, 1000000), (Pairs{{0, 1000}, {1, 1001}}));
  EXPECT_EQ(OutAndIn(taken, rows, 63, 1000000), Pairs{});
}

TEST(Admission, ARankIsAMeanOverSixteenPeriods) {
  uint64_t rank = 0;
  for (int i = 0; i < 200; ++i) rank = NextRank(rank, 1000);
  EXPECT_NEAR(static_cast<double>(rank) / 16, 1000, 1);
  EXPECT_EQ(IdleRank(rank, 3), NextRank(NextRank(NextRank(rank, 0), 0), 0));
  EXPECT_LT(IdleRank(rank, 1'000'000'000), 16u);
}

}  // namespace
}  // namespace ipband
