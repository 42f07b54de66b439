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
      const std::optional<SnapshotDetail> wanted = exchange.Wanted();
      if (!wanted) continue;
      ++taken;
      Snapshot snapshot;
      snapshot.detail = *wanted;
      exchange.Publish(std::make_shared<Snapshot>(std::move(snapshot)));
    }
  });
  constexpr int kAskers = 8;
  constexpr int kTimes = 200;
  std::atomic<int> served = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < kAskers; ++i) {
    const auto detail = static_cast<SnapshotDetail>(1 + i % 3);
    askers.emplace_back([&, detail] {
      for (int n = 0; n < kTimes; ++n) {
        const auto snapshot = exchange.Request(detail, 30s);
        if (snapshot != nullptr && snapshot->detail >= detail) ++served;
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
  EXPECT_EQ(exchange.Request(SnapshotDetail::kHosts, 1ms), nullptr);
}

TEST(SnapshotExchange, LetsNobodyWaitOnceItIsClosed) {
  Wakeup wakeup;
  SnapshotExchange exchange(wakeup);
  std::thread asker([&] {
    EXPECT_EQ(exchange.Request(SnapshotDetail::kHosts, 30s), nullptr);
  });
  while (!exchange.Wanted()) std::this_thread::yield();
  const auto begin = std::chrono::steady_clock::now();
  exchange.Close();
  asker.join();
  EXPECT_EQ(exchange.Request(SnapshotDetail::kSubnets, 30s), nullptr);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

}  // namespace
}  // namespace ipband
