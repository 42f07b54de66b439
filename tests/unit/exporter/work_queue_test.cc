// SPDX-License-Identifier: Apache-2.0
#include "exporter/work_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace ipband {
namespace {

using std::chrono::seconds;
using Queue = WorkQueue<int>;

Queue::Time After(seconds time) {
  return std::chrono::steady_clock::now() + time;
}

TEST(WorkQueue, GivesBackInOrder) {
  Queue queue(100, seconds(0));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(queue.Push(1, 10));
  EXPECT_TRUE(queue.Push(2, 10));
  EXPECT_EQ(queue.size(), 2u);
  const auto first = queue.Take({});
  EXPECT_EQ(first->work, 1);
  EXPECT_GE(first->since, before);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.unfinished(), 2u);
  EXPECT_EQ(queue.Take({})->work, 2);
}

TEST(WorkQueue, RefusesWhatFindsNoRoom) {
  Queue queue(100, seconds(0));
  EXPECT_TRUE(queue.Push(1, 1000));  // it is empty
  EXPECT_FALSE(queue.Push(2, 1));
  EXPECT_EQ(queue.dropped(), 1u);
  queue.Take({});
  EXPECT_TRUE(queue.Push(3, 60));
  EXPECT_TRUE(queue.Push(4, 40));
  EXPECT_FALSE(queue.Push(5, 1));
  EXPECT_EQ(queue.dropped(), 2u);
}

TEST(WorkQueue, WaitsForRoomWhenTold) {
  Queue queue(100, seconds(20));
  queue.Push(1, 100);
  std::jthread taker([&] { queue.Take({}); });
  EXPECT_TRUE(queue.Push(2, 100));
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST(WorkQueue, WaitsNoLongerThanTold) {
  Queue queue(100, seconds(0));
  EXPECT_FALSE(queue.Take({}, std::chrono::milliseconds(1)));
  EXPECT_EQ(queue.unfinished(), 0u);
  queue.Push(1, 10);
  EXPECT_EQ(queue.Take({}, std::chrono::milliseconds(0))->work, 1);
}

TEST(WorkQueue, ClosesWhenAllIsDone) {
  Queue queue(100, seconds(0));
  queue.Push(1, 10);
  std::jthread taker([&](const std::stop_token& stop) {
    while (queue.Take(stop)) {
    }
  });
  queue.Close(After(seconds(20)));
  EXPECT_EQ(queue.unfinished(), 0u);
  EXPECT_FALSE(queue.Push(2, 10));
}

TEST(WorkQueue, WaitsForWorkThatIsInHandUntilTheDeadline) {
  Queue queue(100, seconds(0));
  queue.Push(1, 10);
  queue.Take({});
  queue.Close(After(seconds(0)));
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.unfinished(), 1u);
}

TEST(WorkQueue, LetsGoWhoeverWaitsWhenStopped) {
  Queue queue(100, seconds(0));
  std::stop_source stop;
  std::jthread taker([&] { EXPECT_FALSE(queue.Take(stop.get_token())); });
  stop.request_stop();
}

}  // namespace
}  // namespace ipband
