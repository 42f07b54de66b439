// SPDX-License-Identifier: Apache-2.0
#include "collectors/connection/connection_table.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "collectors/net/key.h"

namespace ipband {
namespace {

// ipband: took the destination first where both addresses were the same, so
// that the two directions were two lines.
Connection Directed(const Packet& packet, uint64_t bytes) {
  Connection connection;
  connection.protocol = packet.protocol;
  const bool forward = std::tie(packet.source, packet.source_port) <=
                       std::tie(packet.destination, packet.destination_port);
  connection.from = forward ? packet.source : packet.destination;
  connection.to = forward ? packet.destination : packet.source;
  connection.from_port = forward ? packet.source_port : packet.destination_port;
  connection.to_port = forward ? packet.destination_port : packet.source_port;
  (forward ? connection.from_bytes : connection.to_bytes) = bytes;
  return connection;
}

// A row lies on two cache lines.
template <typename Row>
void Prefetch(const Row& row) {
  const auto* begin = static_cast<const char*>(static_cast<const void*>(&row));
  __builtin_prefetch(begin, 1);
  __builtin_prefetch(begin + sizeof(Row) - 1, 1);
}

}  // namespace

ConnectionTable::ConnectionTable(uint32_t max, uint64_t seed)
    : seed_(seed), max_(max), slots_(size_t{max} * 2 + 1, kNone) {
  rows_.reserve(max);
  free_.reserve(max);
}

ConnectionTable::ConnectionTable(const ConnectionTable& former, uint32_t max,
                                 const std::vector<uint32_t>& places)
    : ConnectionTable(max, former.seed_) {
  std::vector<uint32_t> order;
  for (uint32_t subnet = 0; subnet < former.owners_.size(); ++subnet) {
    if (!former.IsOpen(subnet) || places[subnet] == kNone) continue;
    Open(places[subnet]);
    const Owner& owner = former.owners_[subnet];
    owners_[places[subnet]].others = owner.others;
    for (uint32_t row = owner.first; row != kNone;
         row = former.rows_[row].next) {
      order.push_back(row);
    }
  }
  if (order.size() > max) {
    std::nth_element(
        order.begin(), order.begin() + max, order.end(),
        [&](uint32_t a, uint32_t b) { return former.IsSmaller(b, a); });
  }
  for (const uint32_t row : order) {
    const Connection& connection = former.rows_[row].connection;
    const uint32_t subnet = places[former.rows_[row].subnet];
    if (Insert(subnet, connection, HashOf(subnet, connection))) continue;
    OtherConnections& others = owners_[subnet].others;
    others.connections += 1;
    others.bytes += connection.bytes();
    others.packets += connection.packets;
  }
}

void ConnectionTable::Open(uint32_t subnet) {
  if (subnet >= owners_.size()) owners_.resize(size_t{subnet} + 1);
  if (owners_[subnet].open) return;
  owners_[subnet] = {.open = true, .first = kNone};
  ++opened_;
}

void ConnectionTable::Close(uint32_t subnet) {
  if (!IsOpen(subnet)) return;
  uint32_t row = owners_[subnet].first;
  while (row != kNone) Erase(std::exchange(row, rows_[row].next));
  owners_[subnet] = {};
  --opened_;
}

uint64_t ConnectionTable::HashOf(uint32_t subnet,
                                 const Connection& key) const noexcept {
  const uint64_t rest = uint64_t{key.from_port} << 48 |
                        uint64_t{key.to_port} << 32 |
                        uint64_t{key.protocol} << 24 | (subnet & 0xffffff);
  const uint64_t from =
      FoldedProduct(key.from.high ^ seed_ ^ 0x9e3779b97f4a7c15,
                    key.from.low ^ std::rotl(seed_, 32));
  const uint64_t to = FoldedProduct(key.to.high ^ from ^ 0xd1b54a32d192ed03,
                                    key.to.low ^ std::rotl(seed_, 16));
  // Twice: one product leaves a pattern where only the ports differ.
  const uint64_t once = FoldedProduct(to ^ rest, seed_ ^ 0x8cb92ba72f3d8dd7);
  return FoldedProduct(once ^ 0xa0761d6478bd642f, seed_ ^ 0x8cb92ba72f3d8dd7);
}

uint32_t ConnectionTable::Find(uint32_t subnet, const Connection& key,
                               uint64_t hash) const noexcept {
  for (size_t slot = SlotOf(hash, slots_.size());; slot = Next(slot)) {
    const uint32_t row = slots_[slot];
    if (row == kNone) return kNone;
    if (rows_[row].subnet == subnet &&
        rows_[row].connection.key() == key.key()) {
      return row;
    }
  }
}

bool ConnectionTable::Insert(uint32_t subnet, const Connection& connection,
                             uint64_t hash) noexcept {
  if (size_ == max_) return false;
  uint32_t row = static_cast<uint32_t>(rows_.size());
  if (free_.empty()) {
    rows_.emplace_back();
  } else {
    row = free_.back();
    free_.pop_back();
  }
  rows_[row].connection = connection;
  rows_[row].subnet = subnet;
  rows_[row].next = std::exchange(owners_[subnet].first, row);
  size_t slot = SlotOf(hash, slots_.size());
  while (slots_[slot] != kNone) slot = Next(slot);
  slots_[slot] = row;
  ++size_;
  return true;
}

// The row stays in its subnet's string: the caller sees to that.
void ConnectionTable::Erase(uint32_t row) noexcept {
  const auto home_of = [this](uint32_t r) {
    return SlotOf(HashOf(rows_[r].subnet, rows_[r].connection), slots_.size());
  };
  size_t hole = home_of(row);
  while (slots_[hole] != row) hole = Next(hole);
  // Close the gap: a later row of the same run moves into it if it may.
  for (size_t slot = Next(hole); slots_[slot] != kNone; slot = Next(slot)) {
    const size_t home = home_of(slots_[slot]);
    if (!MayFill(hole, slot, home)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = kNone;
  free_.push_back(row);
  --size_;
}

void ConnectionTable::Add(uint32_t subnet, const Packet& packet, uint64_t bytes,
                          int64_t second) noexcept {
  Sighting& sighting = batch_[batched_++];
  sighting.subnet = subnet;
  sighting.connection = Directed(packet, bytes);
  sighting.connection.packets = 1;
  sighting.connection.first_seen = second;
  sighting.connection.last_seen = second;
  sighting.hash = HashOf(subnet, sighting.connection);
  __builtin_prefetch(&slots_[SlotOf(sighting.hash, slots_.size())]);
}

void ConnectionTable::Flush() noexcept {
  for (size_t i = 0; i < batched_; ++i) {
    const uint32_t row = slots_[SlotOf(batch_[i].hash, slots_.size())];
    if (row != kNone) Prefetch(rows_[row]);
  }
  for (size_t i = 0; i < batched_; ++i) AddNow(batch_[i]);
  batched_ = 0;
}

void ConnectionTable::AddNow(const Sighting& sighting) noexcept {
  const Connection& added = sighting.connection;
  const uint32_t row = Find(sighting.subnet, added, sighting.hash);
  if (row != kNone) {
    Connection& connection = rows_[row].connection;
    connection.from_bytes += added.from_bytes;
    connection.to_bytes += added.to_bytes;
    connection.packets += 1;
    connection.first_seen = std::min(connection.first_seen, added.first_seen);
    connection.last_seen = std::max(connection.last_seen, added.last_seen);
    return;
  }
  if (Insert(sighting.subnet, added, sighting.hash)) return;
  OtherConnections& others = owners_[sighting.subnet].others;
  others.bytes += added.bytes();
  others.packets += 1;
}

// By bytes, then by what they are: the same packets leave the same rows.
bool ConnectionTable::IsSmaller(uint32_t a, uint32_t b) const {
  const Connection& x = rows_[a].connection;
  const Connection& y = rows_[b].connection;
  if (x.bytes() != y.bytes()) return x.bytes() < y.bytes();
  const auto key_x = x.key();
  const auto key_y = y.key();
  return key_x != key_y ? key_x < key_y : rows_[a].subnet < rows_[b].subnet;
}

void ConnectionTable::EndPeriod() {
  if (size_ < max_) return;
  std::vector<uint32_t> order;
  order.reserve(size_);
  for (const Owner& owner : owners_) {
    if (!owner.open) continue;
    for (uint32_t row = owner.first; row != kNone; row = rows_[row].next) {
      order.push_back(row);
    }
  }
  const size_t leaving = (order.size() + 1) / 2;
  std::nth_element(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(leaving - 1),
      order.end(), [this](uint32_t a, uint32_t b) { return IsSmaller(a, b); });
  std::vector<bool> leaves(rows_.size(), false);
  for (size_t i = 0; i < leaving; ++i) leaves[order[i]] = true;

  for (Owner& owner : owners_) {
    if (!owner.open) continue;
    for (uint32_t* link = &owner.first; *link != kNone;) {
      const uint32_t row = *link;
      if (!leaves[row]) {
        link = &rows_[row].next;
        continue;
      }
      *link = rows_[row].next;
      owner.others.connections += 1;
      owner.others.bytes += rows_[row].connection.bytes();
      owner.others.packets += rows_[row].connection.packets;
      Erase(row);
    }
  }
}

void ConnectionTable::ShiftClock(int64_t seconds) {
  for (const Owner& owner : owners_) {
    if (!owner.open) continue;
    for (uint32_t row = owner.first; row != kNone; row = rows_[row].next) {
      rows_[row].connection.first_seen += seconds;
      rows_[row].connection.last_seen += seconds;
    }
  }
}

ConnectionTable::Detail ConnectionTable::DetailOf(uint32_t subnet) const {
  Detail detail;
  if (!IsOpen(subnet)) return detail;
  detail.others = owners_[subnet].others;
  for (uint32_t row = owners_[subnet].first; row != kNone;
       row = rows_[row].next) {
    detail.connections.push_back(rows_[row].connection);
  }
  return detail;
}

}  // namespace ipband
