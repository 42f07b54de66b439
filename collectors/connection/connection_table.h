// SPDX-License-Identifier: Apache-2.0
//
// The connections of watched subnets. Every subnet has its own: a connection
// between two watched ones has two rows, so that neither report depends on the
// other's watch. Rows lie in a pool that is reserved for `max`, found through
// a table of their numbers and strung together by subnet.
// Owned by the accounting thread. Add is called per packet: it does not throw,
// lock or allocate.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectors/connection/connection.h"
#include "collectors/decode/packet.h"

namespace ipband {

class ConnectionTable {
 public:
  ConnectionTable(uint32_t max, uint64_t seed);
  // With what another table has: `places[subnet]` is the subnet's row number
  // now, UINT32_MAX for one that is gone. What finds no room, the smallest
  // ones, goes to the sums of its subnets.
  ConnectionTable(const ConnectionTable& former, uint32_t max,
                  const std::vector<uint32_t>& places);

  // From here on the connections of the subnet with this row number are kept.
  void Open(uint32_t subnet);
  // They are forgotten; nothing happens if none were kept.
  void Close(uint32_t subnet);
  bool any_open() const { return opened_ > 0; }
  bool IsOpen(uint32_t subnet) const noexcept {
    return subnet < owners_.size() && owners_[subnet].open;
  }

  // The packet belongs to a connection of the subnet; `second`: when it was
  // seen. It is added by Flush, after up to kBatch of these, so that their
  // rows are on the way meanwhile. REQUIRES: IsOpen(subnet).
  void Add(uint32_t subnet, const Packet& packet, uint64_t bytes,
           int64_t second) noexcept;
  void Flush() noexcept;
  static constexpr size_t kBatch = 128;

  // If the table is full, the half with the fewest bytes makes room and goes
  // to the sums of its subnets.
  void EndPeriod();
  // The wall clock was set: what was seen moves with it.
  void ShiftClock(int64_t seconds);

  struct Detail {
    std::vector<Connection> connections;  // in no order
    OtherConnections others;
  };
  // Of a subnet without detail: nothing.
  Detail DetailOf(uint32_t subnet) const;

  // Keyed with the seed. Of `key` only what makes a connection counts.
  uint64_t HashOf(uint32_t subnet, const Connection& key) const noexcept;
  uint32_t size() const { return size_; }
  uint32_t max() const { return max_; }

 private:
  struct Row {
    Connection connection;
    uint32_t subnet = 0;
    uint32_t next = 0;  // of the same subnet
  };
  struct Sighting {
    Connection connection;
    uint64_t hash = 0;
    uint32_t subnet = 0;
  };
  struct Owner {
    bool open = false;
    uint32_t first = 0;  // row, or kNone
    OtherConnections others;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t Find(uint32_t subnet, const Connection& key,
                uint64_t hash) const noexcept;
  // False if there is no room.
  bool Insert(uint32_t subnet, const Connection& connection,
              uint64_t hash) noexcept;
  void Erase(uint32_t row) noexcept;
  void AddNow(const Sighting& sighting) noexcept;
  bool IsSmaller(uint32_t a, uint32_t b) const;
  size_t Next(size_t slot) const {
    return slot + 1 == slots_.size() ? 0 : slot + 1;
  }

  uint64_t seed_;
  uint32_t max_;
  std::vector<Row> rows_;        // grows to `max`, within what is reserved
  std::vector<uint32_t> free_;   // rows not in use
  std::vector<uint32_t> slots_;  // hash table of row numbers
  std::vector<Owner> owners_;    // by subnet
  uint32_t size_ = 0;
  uint32_t opened_ = 0;
  std::array<Sighting, kBatch> batch_;
  size_t batched_ = 0;
};

}  // namespace ipband
