// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/snapshot_exchange.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <thread>
#include <vector>

namespace ipband {
namespace {

using namespace std::chrono_literals;

TEST(SnapshotExchange, ServesEverybodyWhoAsks) {
  Wakeup wakeup;
  SnapshotExchange exchange(wakeup);
  std::atomic<bool> done = false;
  std::atomic<int> taken = 0;
  std::thread accounting([&] {
    while (!done) {
      pollfd descriptor = {wakeup.descriptor(), POLLIN, 0};
      poll(&descriptor, 1, -1);
      wakeup.Clear();
      if (!exchange.Wanted()) continue;
      ++taken;
      exchange.Publish(std::make_shared<Snapshot>());
    }
  });
  constexpr int kAskers = 8;
  constexpr int kTimes = 200;
  std::atomic<int> served = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < kAskers; ++i) {
    askers.emplace_back([&] {
      for (int n = 0; n < kTimes; ++n) {
        if (exchange.Request(30s) != nullptr) ++served;
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
  done = true;
  wakeup.Signal();
  accounting.join();
  EXPECT_EQ(served, kAskers * kTimes);
  EXPECT_LE(taken, kAskers * kTimes);
}

TEST(SnapshotExchange, DoesNotWaitForEver) {
  Wakeup wakeup;
  SnapshotExchange exchange(wakeup);
  EXPECT_EQ(exchange.Request(1ms), nullptr);
}

}  // namespace
}  // namespace ipband
