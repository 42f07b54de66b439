// SPDX-License-Identifier: Apache-2.0
//
// The bandwidths of the last 60 averaging periods of every subnet, beside the
// subnet table and not in it: they are written at the ends of periods only and
// would be in the way of the packets. 244 bytes for each row of that table.
// Owned by the accounting thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ipband {

class BandwidthHistory {
 public:
  static constexpr size_t kPeriods = 60;

  // Makes room for this many rows. Throws std::bad_alloc.
  void Resize(uint32_t rows) { rings_.resize(rows); }

  // `periods` have ended for the row since the last call, all with this
  // bandwidth.
  void Add(uint32_t row, double bandwidth, int64_t periods) noexcept {
    Ring& ring = rings_[row];
    const auto most = static_cast<int64_t>(kPeriods);
    for (int64_t i = std::min(periods, most); i > 0; --i) {
      ring.values[ring.next] = static_cast<float>(bandwidth);
      ring.next = static_cast<uint8_t>((ring.next + 1u) % kPeriods);
    }
  }

  // The last `count` of a row, oldest first, 60 at most. A row that was given
  // to another subnet still has those of the former one: the caller knows how
  // many are its own.
  std::vector<float> Last(uint32_t row, size_t count) const {
    const Ring& ring = rings_[row];
    count = std::min(count, kPeriods);
    std::vector<float> values(count);
    for (size_t i = 0; i < count; ++i) {
      values[i] = ring.values[(ring.next + kPeriods - count + i) % kPeriods];
    }
    return values;
  }

  // That of `rows` rows, with what the former one has at `places`, one for
  // each row of that; `none` has no place.
  static BandwidthHistory Moved(const BandwidthHistory& former, uint32_t rows,
                                const std::vector<uint32_t>& places,
                                uint32_t none) {
    BandwidthHistory moved;
    moved.Resize(rows);
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i] != none) moved.rings_[places[i]] = former.rings_[i];
    }
    return moved;
  }

 private:
  struct Ring {
    std::array<float, kPeriods> values{};
    uint8_t next = 0;
  };
  std::vector<Ring> rings_;  // by row
};

}  // namespace ipband
