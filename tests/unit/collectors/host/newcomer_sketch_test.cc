// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/newcomer_sketch.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/collectors/host_key.h"

namespace ipband {
namespace {

void Add(NewcomerSketch& sketch, const Key& key, uint64_t bytes) {
  sketch.Add(key, sketch.HashOf(key), bytes);
}

TEST(NewcomerSketch, IsExactWhileThereIsRoom) {
  NewcomerSketch sketch(1, 3);
  Add(sketch, HostKey(1), 10);
  Add(sketch, HostKey(2), 30);
  Add(sketch, HostKey(1), 25);
  const NewcomerSketch::Taken taken = sketch.Take(0);
  ASSERT_EQ(taken.newcomers.size(), 2u);
  EXPECT_EQ(taken.error, 0u);
  EXPECT_EQ(taken.newcomers[0].key, HostKey(1));
  EXPECT_EQ(taken.newcomers[0].bytes, 35u);
  EXPECT_EQ(taken.newcomers[1].bytes, 30u);
  EXPECT_EQ(sketch.size(), 0u);
}

TEST(NewcomerSketch, NeverCountsTooMuchNorMoreThanTheErrorTooLittle) {
  NewcomerSketch sketch(1, 64);
  std::map<Key, uint64_t> truth;
  std::mt19937 random(3);
  for (int i = 0; i < 50000; ++i) {
    const auto number = static_cast<uint32_t>(
        random() % 4 == 0 ? random() % 8 : random() % 5000);
    const uint64_t bytes = 40 + random() % 1460;
    Add(sketch, HostKey(number), bytes);
    truth[HostKey(number)] += bytes;
    ASSERT_LE(sketch.size(), 64u);
  }
  const NewcomerSketch::Taken taken = sketch.Take(0);
  std::map<Key, uint64_t> counted;
  for (const Newcomer& newcomer : taken.newcomers) {
    counted[newcomer.key] = newcomer.bytes;
  }
  for (const auto& [key, bytes] : truth) {
    EXPECT_LE(counted[key], bytes);
    EXPECT_GE(counted[key] + taken.error, bytes);
  }
  // The eight that send a quarter of all lead the list.
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_LT(taken.newcomers[i].key.address.low, 8u);
  }
}

TEST(NewcomerSketch, TakesOneCaptureAndLeavesTheOthers) {
  NewcomerSketch sketch(1, 10);
  Add(sketch, HostKey(1, 0), 10);
  Add(sketch, HostKey(1, 1), 20);
  EXPECT_EQ(sketch.Take(0).newcomers.size(), 1u);
  EXPECT_EQ(sketch.Take(0).newcomers.size(), 0u);
  const NewcomerSketch::Taken other = sketch.Take(1);
  ASSERT_EQ(other.newcomers.size(), 1u);
  EXPECT_EQ(other.newcomers[0].bytes, 20u);
}

TEST(NewcomerSketch, CountsTheErrorSinceTheLastTakeOnly) {
  NewcomerSketch sketch(1, 2);
  for (uint32_t i = 0; i < 3; ++i) Add(sketch, HostKey(i), 100);
  EXPECT_EQ(sketch.Take(0).error, 100u);
  EXPECT_EQ(sketch.Take(0).error, 0u);
}

}  // namespace
}  // namespace ipband
