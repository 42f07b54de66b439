// SPDX-License-Identifier: Apache-2.0
//
// The subnets of all captures with what is counted for each: either the named
// ones, which are always there, or discovered ones, at most `max_subnets` at a
// time. Knows which addresses are ours.
// Owned by the accounting thread; IsLocal and Find are called per packet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/accounting_options.h"
#include "collectors/net/key.h"
#include "collectors/net/range_table.h"
#include "collectors/threshold/threshold_tracker.h"

namespace ipband {

// All of these only grow; bytes by the configured length.
struct SubnetCounters {
  uint64_t bytes = 0;
  uint64_t packets = 0;
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
  uint64_t internal_bytes = 0;  // within the subnet, in both of the above
  uint64_t excluded_bytes = 0;  // counted, not judged
  uint64_t excluded_receive_bytes = 0;
  uint64_t excluded_transmit_bytes = 0;
  uint64_t untracked_receive_bytes = 0;  // had no host row when counted
  uint64_t untracked_transmit_bytes = 0;
  uint64_t retired_receive_bytes = 0;  // of host rows that are gone
  uint64_t retired_transmit_bytes = 0;
};

// The byte counter at the last ten ticks of one second and the one before
// them, for a rate that is there from the first second on.
class RecentBytes {
 public:
  void Add(uint64_t bytes) {
    newest_ = static_cast<uint8_t>((newest_ + 1u) % bytes_.size());
    bytes_[newest_] = bytes;
    if (ticks_ + 1u < bytes_.size()) ++ticks_;
  }
  double BytesPerSecond() const {
    if (ticks_ == 0) return 0;
    const size_t oldest = (newest_ + bytes_.size() - ticks_) % bytes_.size();
    return static_cast<double>(bytes_[newest_] - bytes_[oldest]) / ticks_;
  }

 private:
  std::array<uint64_t, 11> bytes_{};  // starts as one value, 0
  uint8_t newest_ = 0;
  uint8_t ticks_ = 0;
};

struct SubnetRow {
  static constexpr uint32_t kDiscovered = UINT32_MAX;

  // What a packet asks for and changes stands together.
  Prefix prefix;  // of a named subnet, the first of its networks
  CaptureId capture = 0;
  bool used = false;
  uint8_t age = 0;  // whole periods in the table, up to 255
  SubnetCounters counters;
  uint32_t named = kDiscovered;  // number in the configuration
  uint32_t hosts = 0;            // rows in the host table
  uint32_t last_active = 0;      // seconds: end of the last busy period
  uint64_t rank = 0;             // 16 times the mean bytes of a period
  SubnetCounters period_start;   // counters when the open period began
  // Counted in the open period before the program was started again.
  JudgedBytes carried;
  double bandwidth = 0;  // judged, of the last closed period
  double threshold = 0;  // bytes per second; 0 without one
  bool has_threshold = false;
  Watch watch;
  uint64_t watch_seconds = 0;  // age of the watch at the last period end
  uint64_t over_threshold_seconds = 0;  // all periods at or over
  uint64_t reports = 0;
  int64_t last_report = 0;        // seconds: when it fell due; 0 = never
  int64_t last_report_start = 0;  // start of the watch it was about
  RecentBytes recent;

  Key key() const { return {prefix.network, capture}; }
  // Of the open period, without what was excluded.
  JudgedBytes PeriodBytes() const;
};

class SubnetTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  SubnetTable(const AccountingOptions& options,
              const ThresholdOptions& thresholds, uint64_t seed);
  // For the captures of another table. Every row of that one that the options
  // leave has its place here, still empty; where there are too few places,
  // watched ones come first, then those of the highest rank.
  SubnetTable(const SubnetTable& former, const AccountingOptions& options,
              const ThresholdOptions& thresholds);

  // Whether rows and their numbers would be the same with these options.
  bool Fits(const AccountingOptions& options) const;
  // Other names and thresholds. REQUIRES: Fits(options).
  void Reconfigure(const AccountingOptions& options,
                   const ThresholdOptions& thresholds);

  // For each row of the former table, its place in this one; kNone: it has
  // none.
  const std::vector<uint32_t>& places() const { return places_; }
  // Fills the places with what the former table has counted.
  void TakeOver(const SubnetTable& former);

  // Captures are added in the order of their ids. Named subnets get their
  // rows for the capture.
  void AddCapture(CaptureId capture);
  // The networks that the capture's interface itself is in.
  void SetOwnNetworks(CaptureId capture, const std::vector<Prefix>& own);

  bool IsLocal(CaptureId capture, const Address& address) const noexcept {
    if (!options_.subnets.empty()) {
      return named_.Find(address) != RangeTable::kNone;
    }
    return options_.local.any ||
           local_[capture].Find(address) != RangeTable::kNone;
  }
  // The row that the address belongs to, or kNone. REQUIRES: it is local.
  uint32_t Find(CaptureId capture, const Address& address) const noexcept;
  // The subnet that would be discovered for the address.
  Prefix Discoverable(const Address& address) const noexcept {
    return PrefixAround(address, address.family == Family::kIpv4
                                     ? options_.aggregate_ipv4
                                     : options_.aggregate_ipv6);
  }
  // Makes the row; kNone if all are taken. REQUIRES: local and not found.
  uint32_t Discover(CaptureId capture, const Address& address) noexcept;
  // Sets a named row back to nothing counted.
  void Reset(uint32_t row);
  // Frees a discovered row. Other rows keep their numbers.
  void Remove(uint32_t row) noexcept;

  // The key that stands for an address's subnet while it has no row.
  Key KeyOf(CaptureId capture, const Address& address) const noexcept {
    return {Discoverable(address).network, capture};
  }

  // The rows in which those of the capture are, some of them free or of other
  // captures: a look at the rows of one is not to cost one at those of all.
  struct Rows {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  Rows RowsOf(CaptureId capture) const {
    if (options_.subnets.empty()) return {0, rows()};
    const uint32_t first = first_named_row_[capture];
    return {first, first + static_cast<uint32_t>(options_.subnets.size())};
  }

  // Asks for what a packet needs of a row.
  void Prefetch(uint32_t row) const noexcept {
    __builtin_prefetch(&rows_[row].prefix, 1);
    __builtin_prefetch(&rows_[row].counters.transmit_bytes, 1);
  }
  uint32_t IndexOf(const SubnetRow& row) const {
    return static_cast<uint32_t>(&row - rows_.data());
  }
  SubnetRow& operator[](uint32_t row) { return rows_[row]; }
  const SubnetRow& operator[](uint32_t row) const { return rows_[row]; }
  uint32_t rows() const { return static_cast<uint32_t>(rows_.size()); }
  uint32_t discovered() const { return discovered_; }
  uint32_t max_discovered() const {
    return options_.subnets.empty() ? options_.max_subnets : 0;
  }

 private:
  uint32_t FindDiscovered(const Key& key) const noexcept;
  size_t SlotFor(const Key& key) const noexcept {
    return SlotOf(Hash(key, seed_), slots_.size());
  }
  size_t Next(size_t slot) const {
    return slot + 1 == slots_.size() ? 0 : slot + 1;
  }
  void SetThreshold(SubnetRow& row) const;
  void FindLocal(CaptureId capture, const std::vector<Prefix>& kept);
  void PlaceNamed(const SubnetTable& former);
  void PlaceDiscovered(const SubnetTable& former);

  AccountingOptions options_;
  ThresholdOptions thresholds_;
  uint64_t seed_;
  std::vector<SubnetRow> rows_;  // discovered places first, then named ones
  std::vector<uint32_t> free_;   // discovered places not in use
  uint32_t discovered_ = 0;
  std::vector<uint32_t> slots_;  // hash table of discovered rows
  RangeTable named_;             // address to number in the configuration
  std::vector<uint32_t> first_named_row_;  // by capture
  std::vector<RangeTable> local_;          // by capture
  // By capture: the networks of its interface, and those that stay local
  // though no address of it is in them any more.
  std::vector<std::vector<Prefix>> own_;
  std::vector<std::vector<Prefix>> kept_;
  std::vector<uint32_t> places_;  // of the former table's rows
};

}  // namespace ipband
