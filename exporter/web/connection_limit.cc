// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/connection_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace ipband {

bool ConnectionLimit::Enter(const std::string& source) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(source);
  const int open = found == open_.end() ? 0 : found->second;
  const int free = max_in_all_ - open_in_all_;
  if (open >= std::min(max_per_source_, free)) return false;
  ++open_[source];
  ++open_in_all_;
  return true;
}

void ConnectionLimit::Leave(const std::string& source) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(source);
  if (found == open_.end()) return;
  --open_in_all_;
  if (--found->second <= 0) open_.erase(found);
}

std::string PlainAddress(std::string_view peer) {
  constexpr std::string_view kMapped = "::ffff:";
  if (peer.starts_with(kMapped) && peer.find('.') != std::string_view::npos) {
    peer.remove_prefix(kMapped.size());
  }
  return std::string(peer.substr(0, peer.find('%')));
}

std::string SourceOf(const std::string& plain_address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, plain_address.c_str(), bytes.data()) != 1) {
    return plain_address;
  }
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/64";
}

}  // namespace ipband
