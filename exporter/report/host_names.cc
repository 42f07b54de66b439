// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/host_names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <set>
#include <vector>

#include "exporter/text/one_line.h"

namespace ipband {
namespace {

constexpr std::chrono::seconds kEndPatience{1};
constexpr size_t kMaxName = 255;  // RFC 1035

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

SocketAddress ToSocketAddress(const Address& address) {
  SocketAddress result;
  if (address.family == Family::kIpv4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(static_cast<uint32_t>(address.low));
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.length = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  for (size_t i = 0; i < 16; ++i) {
    const uint64_t half = i < 8 ? address.high : address.low;
    v6.sin6_addr.s6_addr[i] =
        static_cast<uint8_t>(half >> (56 - 8 * (i % 8)) & 0xff);
  }
  std::memcpy(&result.storage, &v6, sizeof v6);
  result.length = sizeof v6;
  return result;
}

std::optional<std::string> AskSystem(const Address& address) {
  const SocketAddress socket_address = ToSocketAddress(address);
  std::array<char, NI_MAXHOST> name{};
  const int error = getnameinfo(
      reinterpret_cast<const sockaddr*>(&socket_address.storage),
      socket_address.length, name.data(), name.size(), nullptr, 0, NI_NAMEREQD);
  if (error != 0) return std::nullopt;
  return name.data();
}

}  // namespace

struct HostNames::Shared {
  struct Answer {
    std::string name;  // empty: there is none
    Time expires;
  };

  explicit Shared(Lookup the_lookup) : lookup(std::move(the_lookup)) {}

  void Run();
  bool IsAnswered(const Address& address, Time at) const;
  std::vector<Address> Enqueue(std::span<const Address> addresses);
  void Keep(const Address& address, std::string name);

  const Lookup lookup;
  std::mutex mutex;
  std::condition_variable asked;
  std::condition_variable answered;
  // Guarded by the mutex:
  Time now;                     // of the latest question
  std::deque<Address> waiting;  // first is next
  std::map<Address, Answer> answers;
  std::deque<Address> by_age;  // the keys of `answers`, oldest first
  bool stop = false;
  bool ended = false;
};

void HostNames::Shared::Run() {
  std::unique_lock lock(mutex);
  for (;;) {
    asked.wait(lock, [&] { return stop || !waiting.empty(); });
    if (stop) break;
    // Stays in the queue meanwhile, so that nobody puts it there again.
    const Address address = waiting.front();
    lock.unlock();
    std::string name = lookup(address).value_or("");
    if (name.size() > kMaxName || !IsOneWord(name)) name.clear();
    lock.lock();
    const auto done = std::find(waiting.begin(), waiting.end(), address);
    if (done != waiting.end()) waiting.erase(done);
    Keep(address, std::move(name));
    answered.notify_all();
  }
  ended = true;
  answered.notify_all();
}

bool HostNames::Shared::IsAnswered(const Address& address, Time at) const {
  const auto answer = answers.find(address);
  return answer != answers.end() && answer->second.expires > at;
}

// Returns those that have to be waited for, each once.
std::vector<Address> HostNames::Shared::Enqueue(
    std::span<const Address> addresses) {
  std::vector<Address> missing;
  std::set<Address> seen;
  for (const Address& address : addresses) {
    if (missing.size() == kMaxWaiting) break;
    if (IsAnswered(address, now) || !seen.insert(address).second) continue;
    missing.push_back(address);
  }
  // Before what is left over from questions nobody waits for any more.
  std::deque<Address> queue;
  const auto add = [&queue](const Address& address) {
    if (queue.size() < kMaxWaiting &&
        std::find(queue.begin(), queue.end(), address) == queue.end()) {
      queue.push_back(address);
    }
  };
  std::for_each(missing.begin(), missing.end(), add);
  std::for_each(waiting.begin(), waiting.end(), add);
  waiting = std::move(queue);
  return missing;
}

void HostNames::Shared::Keep(const Address& address, std::string name) {
  const auto lasts = name.empty() ? kMissLasts : kNameLasts;
  const auto [answer, is_new] =
      answers.insert_or_assign(address, Answer{std::move(name), now + lasts});
  if (!is_new) return;
  by_age.push_back(address);
  if (by_age.size() > kMaxAnswers) {
    answers.erase(by_age.front());
    by_age.pop_front();
  }
}

HostNames::HostNames() : HostNames(AskSystem) {}

HostNames::HostNames(Lookup lookup)
    : shared_(std::make_shared<Shared>(std::move(lookup))),
      thread_([shared = shared_] { shared->Run(); }) {}

HostNames::~HostNames() {
  std::unique_lock lock(shared_->mutex);
  shared_->stop = true;
  shared_->asked.notify_all();
  const bool ended = shared_->answered.wait_for(lock, kEndPatience,
                                                [&] { return shared_->ended; });
  lock.unlock();
  // A resolver that does not answer must not hold up the end of the program;
  // its thread touches nothing but what it holds itself.
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

HostNameMap HostNames::Resolve(std::span<const Address> addresses, Time now,
                               std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  shared_->now = std::max(shared_->now, now);
  const std::vector<Address> missing = shared_->Enqueue(addresses);
  shared_->asked.notify_all();
  size_t next = 0;
  shared_->answered.wait_for(lock, patience, [&] {
    while (next < missing.size() && shared_->IsAnswered(missing[next], now)) {
      ++next;
    }
    return next == missing.size();
  });
  HostNameMap names;
  for (const Address& address : addresses) {
    const auto answer = shared_->answers.find(address);
    if (answer == shared_->answers.end() || answer->second.expires <= now ||
        answer->second.name.empty()) {
      continue;
    }
    names.emplace(address, answer->second.name);
  }
  return names;
}

}  // namespace ipband
