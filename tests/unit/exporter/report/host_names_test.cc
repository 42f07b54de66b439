// SPDX-License-Identifier: Apache-2.0
//
// The clock is handed in and the resolver is a function that the test holds
// back and lets go, but for the first test, which asks the system's.
#include "exporter/report/host_names.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace ipband {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLong{30'000};  // a test that waits so long has failed
constexpr HostNames::Time kNow{seconds(1000)};

Address Host(uint32_t number) { return Address::V4(0x0a000000 + number); }

// A name server with a door; knows all hosts but those with a number that can
// be divided by five. Shared with the thread that asks it.
class NameServer {
 public:
  explicit NameServer(bool is_open) : is_open_(is_open) {}

  std::optional<std::string> Ask(const Address& address) {
    std::unique_lock lock(mutex_);
    asked_.push_back(address);
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
    if (address.low % 5 == 0) return std::nullopt;
    return "host" + std::to_string(address.low & 0xffffff);
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  std::vector<Address> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  bool WaitUntilAsked(size_t times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong,
                             [&] { return asked_.size() >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Address> asked_;
  bool is_open_;
};

HostNames::Lookup Asking(const std::shared_ptr<NameServer>& server) {
  return [server](const Address& address) { return server->Ask(address); };
}

TEST(HostNames, AreThoseOfTheSystem) {
  HostNames names;
  const Address loopback = Address::V4(0x7f000001);
  const HostNameMap found = names.Resolve({{loopback}}, kNow, kLong);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at(loopback).substr(0, 9), "localhost");
}

TEST(HostNames, AreOfThoseWhoHaveOne) {
  const auto server = std::make_shared<NameServer>(true);
  HostNames names(Asking(server));
  const std::vector<Address> hosts = {Host(1), Host(5), Host(2), Host(1)};
  EXPECT_EQ(names.Resolve(hosts, kNow, kLong),
            (HostNameMap{{Host(1), "host1"}, {Host(2), "host2"}}));
  EXPECT_EQ(server->asked(), (std::vector<Address>{Host(1), Host(5), Host(2)}));
  EXPECT_TRUE(names.Resolve({}, kNow, kLong).empty());
}

TEST(HostNames, AreKeptForAnHourAndMissesForFiveMinutes) {
  const auto server = std::make_shared<NameServer>(true);
  HostNames names(Asking(server));
  const std::vector<Address> hosts = {Host(1), Host(5)};
  const auto asked_at = [&](seconds later) {
    const size_t before = server->asked().size();
    EXPECT_EQ(names.Resolve(hosts, kNow + later, kLong).size(), 1U);
    const std::vector<Address> asked = server->asked();
    return std::vector<Address>(
        asked.begin() + static_cast<std::ptrdiff_t>(before), asked.end());
  };
  EXPECT_EQ(asked_at(seconds(0)), hosts);
  EXPECT_EQ(asked_at(seconds(299)), std::vector<Address>{});
  EXPECT_EQ(asked_at(seconds(300)), std::vector<Address>{Host(5)});
  EXPECT_EQ(asked_at(seconds(599)), std::vector<Address>{});
  EXPECT_EQ(asked_at(seconds(3599)), std::vector<Address>{Host(5)});
  EXPECT_EQ(asked_at(seconds(3600)), std::vector<Address>{Host(1)});
}

TEST(HostNames, DoNotKeepAnybodyWaiting) {
  const auto server = std::make_shared<NameServer>(false);
  HostNames names(Asking(server));
  const std::vector<Address> hosts = {Host(1), Host(2)};
  EXPECT_TRUE(names.Resolve(hosts, kNow, milliseconds(1)).empty());
  server->Open();
  // Asked once, however often it was wanted meanwhile.
  EXPECT_EQ(names.Resolve(hosts, kNow, kLong).size(), 2U);
  EXPECT_EQ(server->asked(), hosts);
}

TEST(HostNames, ServeTheLatestQuestionFirst) {
  const auto server = std::make_shared<NameServer>(false);
  HostNames names(Asking(server));
  const std::vector<Address> old = {Host(1), Host(2), Host(3)};
  names.Resolve(old, kNow, milliseconds(0));
  ASSERT_TRUE(server->WaitUntilAsked(1));  // for the first of them
  const std::vector<Address> latest = {Host(4), Host(6)};
  names.Resolve(latest, kNow, milliseconds(0));
  server->Open();
  ASSERT_TRUE(server->WaitUntilAsked(5));
  EXPECT_EQ(server->asked(), (std::vector<Address>{Host(1), Host(4), Host(6),
                                                   Host(2), Host(3)}));
}

TEST(HostNames, LookUpALimitedNumberAtATime) {
  const auto server = std::make_shared<NameServer>(true);
  HostNames names(Asking(server));
  std::vector<Address> hosts;
  for (uint32_t i = 0; i < HostNames::kMaxWaiting + 10; ++i) {
    hosts.push_back(Host(i * 5 + 1));
  }
  EXPECT_EQ(names.Resolve(hosts, kNow, kLong).size(), HostNames::kMaxWaiting);
  EXPECT_EQ(names.Resolve(hosts, kNow, kLong).size(), hosts.size());
}

TEST(HostNames, KeepALimitedNumberOfAnswers) {
  const auto server = std::make_shared<NameServer>(true);
  HostNames names(Asking(server));
  const auto ask = [&](uint32_t first) {
    std::vector<Address> hosts;
    for (uint32_t i = 0; i < HostNames::kMaxWaiting; ++i) {
      hosts.push_back(Host(first + i));
    }
    names.Resolve(hosts, kNow, kLong);
  };
  uint32_t first = 0;
  while (first < HostNames::kMaxAnswers) {
    ask(first);
    first += HostNames::kMaxWaiting;
  }
  const size_t before = server->asked().size();
  EXPECT_EQ(before, HostNames::kMaxAnswers);
  ask(0);
  EXPECT_EQ(server->asked().size(), before);  // all are still known
  ask(first);
  ask(first);
  EXPECT_EQ(server->asked().size(), before + HostNames::kMaxWaiting);
  ask(0);  // the oldest had to go
  EXPECT_EQ(server->asked().size(), before + 2 * HostNames::kMaxWaiting);
}

TEST(HostNames, ThatDoNotFitAColumnAreNone) {
  HostNames names([](const Address& address) -> std::optional<std::string> {
    const std::string odd[] = {"two words", "a\nb",  "caf\xe9",
                               "",          "\x1b[", std::string(256, 'x')};
    return odd[address.low % 6];
  });
  std::vector<Address> hosts;
  for (uint32_t i = 0; i < 6; ++i) hosts.push_back(Host(i));
  EXPECT_TRUE(names.Resolve(hosts, kNow, kLong).empty());
}

TEST(HostNames, EndWhileTheResolverDoesNotAnswer) {
  const auto server = std::make_shared<NameServer>(false);
  {
    HostNames names(Asking(server));
    names.Resolve({{Host(1)}}, kNow, milliseconds(0));
    ASSERT_TRUE(server->WaitUntilAsked(1));
  }  // would never get here if it waited for the answer
  // The thread ends by itself and lets go of what it held.
  server->Open();
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (server.use_count() > 1 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.use_count(), 1);
}

}  // namespace
}  // namespace ipband
