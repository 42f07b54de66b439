// SPDX-License-Identifier: Apache-2.0
//
// Names of hosts, for reports.resolve, looked up by a thread of its own: a
// dead name server takes its time, and whoever renders a report waits only as
// long as they say. Answers are kept for a while. Any thread may ask. Reads
// no clock.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "collectors/net/address.h"

namespace ipband {

using HostNameMap = std::map<Address, std::string>;

class HostNames {
 public:
  static constexpr size_t kMaxAnswers = 10'000;
  static constexpr size_t kMaxWaiting = 1'000;
  static constexpr std::chrono::seconds kNameLasts{3600};
  static constexpr std::chrono::seconds kMissLasts{300};

  using Time = std::chrono::steady_clock::time_point;
  // May block. Nothing: there is no name. Is called by one thread, which may
  // outlive the HostNames.
  using Lookup = std::function<std::optional<std::string>(const Address&)>;

  HostNames();  // asks the system's resolver
  explicit HostNames(Lookup lookup);
  // Waits for a look-up under way, but at most a second.
  ~HostNames();
  HostNames(const HostNames&) = delete;
  HostNames& operator=(const HostNames&) = delete;

  // The names that are known after `patience` at the latest, sooner when all
  // answers are there. Put the important addresses first: only kMaxWaiting
  // are looked up at a time. Those that come too late are known the next time.
  HostNameMap Resolve(std::span<const Address> addresses, Time now,
                      std::chrono::milliseconds patience);

 private:
  struct Shared;

  // Also held by the thread: a blocked look-up cannot be cancelled.
  const std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace ipband
