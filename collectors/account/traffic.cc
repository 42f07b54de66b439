// SPDX-License-Identifier: Apache-2.0
//
// The packet path. What happens between two periods is in traffic_period.cc.
// Its steps are inline: each is called here alone, and the compiler leaves a
// function that others could call out of line.
#include "collectors/account/traffic.h"

#include <algorithm>

namespace ipband {
namespace {

uint64_t CountedLength(const AccountingOptions& options, const Packet& packet) {
  if (options.length == LengthKind::kIp) return packet.ip_length;
  const int64_t adjusted =
      int64_t{packet.frame_length} + options.length_adjustment;
  return adjusted > 0 ? static_cast<uint64_t>(adjusted) : 0;
}

}  // namespace

bool MostIsNotLocal(const CaptureCounters& counters) {
  constexpr uint64_t kEnough = 1000;  // packets
  const FrameCount& not_local = counters[Outcome::kNotLocal];
  return not_local.packets >= kEnough &&
         not_local.bytes > counters[Outcome::kCounted].bytes;
}

Traffic::Traffic(const AccountingOptions& options,
                 const ThresholdOptions& thresholds, uint64_t seed)
    : options_(options),
      tracker_(thresholds),
      excluded_(RangesOf(thresholds.exclude)),
      excludes_(!thresholds.exclude.empty()),
      seed_(seed),
      subnets_(options, thresholds, seed),
      hosts_(MostHosts(options), seed),
      new_hosts_(seed),
      new_subnets_(seed),
      connections_(options.connections.max, seed) {}

CaptureId Traffic::AddCapture() {
  const auto capture = static_cast<CaptureId>(captures_.size());
  captures_.emplace_back();
  outages_.emplace_back();
  subnets_.AddCapture(capture);
  history_.Resize(subnets_.rows());
  host_credit_.at_period_start.push_back(host_credit_.bytes);
  subnet_credit_.at_period_start.push_back(subnet_credit_.bytes);
  return capture;
}

void Traffic::Ignore(CaptureId capture, Outcome outcome,
                     uint32_t bytes) noexcept {
  CaptureCounters& counters = captures_[capture];
  counters.received.packets += 1;
  counters.received.bytes += bytes;
  counters[outcome].packets += 1;
  counters[outcome].bytes += bytes;
}

void Traffic::Account(CaptureId capture, std::span<const Packet> packets,
                      int64_t second) noexcept {
  static_assert(ConnectionTable::kBatch >= 2 * kBatch);
  const bool many_hosts = hosts_.size() > kCachedHosts;
  while (!packets.empty()) {
    const size_t n = std::min(packets.size(), kBatch);
    for (size_t i = 0; i < n; ++i) {
      Prepare(capture, packets[i].source, sources_[i]);
      Prepare(capture, packets[i].destination, destinations_[i]);
    }
    if (many_hosts) {
      for (size_t i = 0; i < n; ++i) {
        FetchSubnet(sources_[i]);
        FetchSubnet(destinations_[i]);
      }
    }
    for (size_t i = 0; i < n; ++i) {
      AccountOne(capture, packets[i], second, sources_[i], destinations_[i]);
    }
    connections_.Flush();
    packets = packets.subspan(n);
  }
}

// Asks for the host's row, which will have arrived when it is needed. Both
// tables are keyed with the same seed.
inline void Traffic::Prepare(CaptureId capture, const Address& address,
                             End& end) noexcept {
  // One by one: assigned as a whole, the compiler copies overlapping words
  // through the stack, and the processor waits for each.
  end.key.address.family = address.family;
  end.key.address.high = address.high;
  end.key.address.low = address.low;
  end.key.capture = capture;
  end.local = subnets_.IsLocal(capture, address);
  if (!end.local) return;
  end.hash = hosts_.HashOf(end.key);
  hosts_.Prefetch(end.hash);
  if (hosts_.full()) new_hosts_.Prefetch(end.hash);
}

// Asks for the row of its subnet as well. The rows of hosts have arrived by
// now, and where they have not, those of many packets are waited for at once.
inline void Traffic::FetchSubnet(const End& end) noexcept {
  if (!end.local) return;
  const HostRow* host = hosts_.Find(end.key, end.hash);
  if (host != nullptr) subnets_.Prefetch(host->subnet);
}

// Finds the rows of an end, making that of the subnet if it can.
inline void Traffic::Resolve(End& end) noexcept {
  end.subnet = SubnetTable::kNone;
  end.host = nullptr;
  if (!end.local) return;
  end.host = hosts_.Find(end.key, end.hash);
  if (end.host != nullptr) {
    end.subnet = end.host->subnet;
    return;
  }
  end.subnet = subnets_.Find(end.key.capture, end.key.address);
  if (end.subnet == SubnetTable::kNone) {
    end.subnet = subnets_.Discover(end.key.capture, end.key.address);
  }
}

inline void Traffic::AccountOne(CaptureId capture, const Packet& packet,
                                int64_t second, End& source,
                                End& destination) noexcept {
  Resolve(source);
  Resolve(destination);
  const uint64_t bytes = CountedLength(options_, packet);
  CaptureCounters& counters = captures_[capture];
  const uint64_t unplaced = (source.local ? Claim(source, bytes) : 0) +
                            (destination.local ? Claim(destination, bytes) : 0);
  if (source.subnet == SubnetTable::kNone &&
      destination.subnet == SubnetTable::kNone) {
    const bool local = source.local || destination.local;
    Ignore(capture, local ? Outcome::kNoRoom : Outcome::kNotLocal,
           packet.frame_length);
    return;
  }
  counters.subnets_untracked_bytes += unplaced;
  counters.received.packets += 1;
  counters.received.bytes += packet.frame_length;
  counters[Outcome::kCounted].packets += 1;
  counters[Outcome::kCounted].bytes += packet.frame_length;
  const Passage passage = PassageOf(source, destination);
  CreditSubnets(source, destination, passage, bytes);
  if (connections_.any_open()) {
    KeepConnection(packet, source, destination, passage, bytes, second);
  }
  // The destination's row may be the one that the source has just been given.
  if (source.subnet != SubnetTable::kNone) CreditHost(source, bytes, false);
  if (destination.subnet == SubnetTable::kNone) return;
  if (destination.host == nullptr && source.key == destination.key) {
    destination.host = hosts_.Find(destination.key, destination.hash);
  }
  CreditHost(destination, bytes, true);
}

// Counts towards the shares of a period, and for an end whose subnet found no
// row, towards its claim to one. Returns the bytes that have no row.
inline uint64_t Traffic::Claim(const End& end, uint64_t bytes) noexcept {
  subnet_credit_.bytes += bytes;
  if (end.subnet != SubnetTable::kNone) return 0;
  const Key key = subnets_.KeyOf(end.key.capture, end.key.address);
  new_subnets_.Add(key, new_subnets_.HashOf(key), bytes);
  return bytes;
}

inline bool Traffic::IsExcluded(const End& end) const noexcept {
  return excludes_ && excluded_.Find(end.key.address) != RangeTable::kNone;
}

inline Traffic::Passage Traffic::PassageOf(
    const End& source, const End& destination) const noexcept {
  Passage passage{.internal = source.subnet == destination.subnet,
                  .sent_excluded = IsExcluded(destination),
                  .received_excluded = IsExcluded(source)};
  if (passage.internal) {  // either end is the other's other end
    passage.sent_excluded = passage.received_excluded =
        passage.sent_excluded || passage.received_excluded;
  }
  return passage;
}

// ipband: a packet within one subnet is credited to it once.
inline void Traffic::CreditSubnets(const End& source, const End& destination,
                                   const Passage& passage,
                                   uint64_t bytes) noexcept {
  if (source.subnet != SubnetTable::kNone) {
    SubnetCounters& counters = subnets_[source.subnet].counters;
    counters.bytes += bytes;
    counters.packets += 1;
    counters.transmit_bytes += bytes;
    if (passage.internal) counters.internal_bytes += bytes;
    if (passage.sent_excluded) {
      counters.excluded_bytes += bytes;
      counters.excluded_transmit_bytes += bytes;
    }
  }
  if (destination.subnet == SubnetTable::kNone) return;
  SubnetCounters& counters = subnets_[destination.subnet].counters;
  counters.receive_bytes += bytes;
  if (passage.received_excluded) counters.excluded_receive_bytes += bytes;
  if (passage.internal) return;
  counters.bytes += bytes;
  counters.packets += 1;
  if (passage.received_excluded) counters.excluded_bytes += bytes;
}

// What is not judged is not in the report either.
void Traffic::KeepConnection(const Packet& packet, const End& source,
                             const End& destination, const Passage& passage,
                             uint64_t bytes, int64_t second) noexcept {
  if (connections_.IsOpen(source.subnet) && !passage.sent_excluded) {
    connections_.Add(source.subnet, packet, bytes, second);
  }
  if (connections_.IsOpen(destination.subnet) && !passage.received_excluded &&
      !passage.internal) {
    connections_.Add(destination.subnet, packet, bytes, second);
  }
}

inline void Traffic::CreditHost(const End& end, uint64_t bytes,
                                bool receive) noexcept {
  SubnetRow& subnet = subnets_[end.subnet];
  host_credit_.bytes += bytes;
  HostRow* host = end.host;
  if (host == nullptr) {
    host = hosts_.Insert(end.key, end.hash);
    if (host == nullptr) {
      (receive ? subnet.counters.untracked_receive_bytes
               : subnet.counters.untracked_transmit_bytes) += bytes;
      if (options_.hosts.enabled) new_hosts_.Add(end.key, end.hash, bytes);
      return;
    }
    host->subnet = end.subnet;
    ++subnet.hosts;
    ++table_counters_.host_admissions;
  }
  (receive ? host->receive_bytes : host->transmit_bytes) += bytes;
}

}  // namespace ipband
