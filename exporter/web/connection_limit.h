// SPDX-License-Identifier: Apache-2.0
//
// Counts open connections by where they come from, so that one client cannot
// take all of the server's threads, nor can a few: nobody gets more than are
// still free. So four that want all of them leave an eighth. Safe from any
// thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ipband {

class ConnectionLimit {
 public:
  ConnectionLimit(int max_per_source, int max_in_all)
      : max_per_source_(max_per_source), max_in_all_(max_in_all) {}

  // False if the source has its share open already; else counts one more,
  // until Leave.
  bool Enter(const std::string& source);
  void Leave(const std::string& source);

 private:
  const int max_per_source_;
  const int max_in_all_;
  std::mutex mutex_;
  std::map<std::string, int> open_;
  int open_in_all_ = 0;
};

// A peer's address as people write it: IPv4 that came in on an IPv6 socket
// ("::ffff:192.0.2.1") becomes IPv4, a scope ("fe80::1%eth0") is dropped.
std::string PlainAddress(std::string_view peer);

// What counts as one source: an IPv4 address, but for IPv6 the whole /64, as
// one host may use any address of it.
std::string SourceOf(const std::string& plain_address);

}  // namespace ipband
