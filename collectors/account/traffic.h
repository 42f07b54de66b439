// SPDX-License-Identifier: Apache-2.0
//
// All traffic state: every packet is credited to subnets and hosts here, and
// what an averaging period ends with is decided here. A pure class: no clock,
// no thread, no file; times are seconds handed in by the caller.
// Owned by the accounting thread. Account is the packet path: it does not
// throw, lock, log or allocate.
//
// What always holds (by value, at any moment between two calls):
//   packets received = counted + ignored, and the same for bytes
//   subnet bytes     = receive + transmit - internal
//   subnet receive   = its hosts' receive + untracked + retired; so transmit
//   hosts            = the sum of the subnets' hosts
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "collectors/account/report.h"
#include "collectors/account/traffic_state.h"
#include "collectors/accounting_options.h"
#include "collectors/connection/connection_table.h"
#include "collectors/decode/packet.h"
#include "collectors/host/admission.h"
#include "collectors/host/host_table.h"
#include "collectors/host/newcomer_sketch.h"
#include "collectors/net/range_table.h"
#include "collectors/subnet/bandwidth_history.h"
#include "collectors/subnet/subnet_table.h"
#include "collectors/threshold/threshold_tracker.h"

namespace ipband {

struct FrameCount {
  uint64_t packets = 0;
  uint64_t bytes = 0;  // on the wire, never adjusted
};

struct CaptureCounters {
  FrameCount received;
  std::array<FrameCount, kOutcomes> by_outcome;
  uint64_t subnets_untracked_bytes = 0;  // the other end had a row

  FrameCount& operator[](Outcome outcome) {
    return by_outcome[static_cast<size_t>(outcome)];
  }
  const FrameCount& operator[](Outcome outcome) const {
    return by_outcome[static_cast<size_t>(outcome)];
  }
};

// More than half of what was sent by IP was between networks that are not
// local, and it is enough to be no accident.
bool MostIsNotLocal(const CaptureCounters& counters);

struct TableCounters {
  uint64_t host_admissions = 0;
  uint64_t hosts_outranked = 0;
  uint64_t hosts_idle = 0;
  uint64_t subnets_outranked = 0;
  uint64_t subnets_idle = 0;
};

// Something to tell about a subnet, decided at the end of a period.
struct ThresholdEvent {
  Verdict verdict = Verdict::kNothing;
  int64_t at = 0;     // end of the period
  int64_t since = 0;  // start of the watch
  double bandwidth = 0;
  double threshold = 0;
  uint64_t exceeded_seconds = 0;
  uint64_t dropped_packets = 0;  // lost by the capture in this watch
  bool repeated = false;         // after a restart: it has been told before
};

// What a period that ends has behind it beside its packets.
struct PeriodEnd {
  int64_t end = 0;
  int64_t length = 0;            // seconds
  int64_t idle = 0;              // periods without traffic that end after it
  uint64_t dropped_packets = 0;  // lost by the capture meanwhile
};

class Traffic {
 public:
  // `seed` keys the hash tables.
  Traffic(const AccountingOptions& options, const ThresholdOptions& thresholds,
          uint64_t seed);

  CaptureId AddCapture();
  // The id is given to another interface: all that is known of the old one
  // goes, and its series end.
  void ForgetCapture(CaptureId capture);
  void SetOwnNetworks(CaptureId capture, const std::vector<Prefix>& own) {
    subnets_.SetOwnNetworks(capture, own);
  }

  // Every frame that was read goes through one of these two. `second`: when
  // the packets were seen, for the connections of watched subnets.
  void Account(CaptureId capture, std::span<const Packet> packets,
               int64_t second) noexcept;
  void Ignore(CaptureId capture, Outcome outcome, uint32_t bytes) noexcept;

  // Told of each verdict while the row is as it was judged.
  using EventSink =
      std::function<void(const SubnetRow&, const ThresholdEvent&)>;
  // Told of the bandwidth of each row in a period, before it is judged.
  using RowSink = std::function<void(const SubnetRow&, const PeriodEnd&)>;

  // Other options, between two batches. What both have goes on: counters,
  // watches and their connections, series of hosts. Rows of subnets that are
  // not counted any more go, and with them their hosts; hosts whose subnet is
  // another one now are retired there. Throws std::bad_alloc, and nothing has
  // changed then.
  void Reconfigure(const AccountingOptions& options,
                   const ThresholdOptions& thresholds);

  // Ends the open period of a capture, and then idle ones.
  // Verdicts come by period and then by subnet in numerical order.
  void ClosePeriods(CaptureId capture, const PeriodEnd& closing,
                    const RowSink& measured, const EventSink& sink);

  // For kReportDue, while the sink is told of it. Without interface and name.
  Report MakeReport(const SubnetRow& row, const ThresholdEvent& event) const;

  // Nothing was captured in [begin, end): the program did not run. A period
  // is judged on the seconds that are left of it; if these are less than half,
  // it is neither over nor below.
  void SetOutage(CaptureId capture, int64_t begin, int64_t end);
  // How much of the time from `start` on, that of the open period, it takes.
  int64_t MissedSince(CaptureId capture, int64_t start) const;

  // What is worth keeping of the subnets of a capture, and how it comes back
  // after a start at `now`. Subnets that the configuration no longer has are
  // passed over.
  std::vector<SubnetState> StateOf(CaptureId capture) const;
  void Restore(CaptureId capture, const CaptureState& state, int64_t now);
  // Once more what fell due at the end of the last period, `at`: the state is
  // written at once, and the program may have been killed before the report
  // was.
  void RepeatReports(CaptureId capture, int64_t at,
                     const EventSink& sink) const;

  // The wall clock was set: watches and idle times move with it.
  void ShiftClock(int64_t seconds);

  // Once a second by the clock, for the rates of the last ten seconds.
  void Tick();

  const SubnetTable& subnets() const { return subnets_; }
  // Bandwidths of the last periods of a subnet, oldest first, 60 at most.
  std::vector<float> HistoryOf(uint32_t subnet) const {
    return history_.Last(subnet, subnets_[subnet].age);
  }
  const HostTable& hosts() const { return hosts_; }
  const ConnectionTable& connections() const { return connections_; }
  const CaptureCounters& capture(CaptureId id) const { return captures_[id]; }
  const TableCounters& table_counters() const { return table_counters_; }

 private:
  // One end of a packet on its way to the tables.
  struct End {
    Key key;
    uint64_t hash = 0;
    bool local = false;
    uint32_t subnet = SubnetTable::kNone;
    HostRow* host = nullptr;
  };
  // What a packet is to the subnets of its ends.
  struct Passage {
    bool internal = false;           // both ends are in one
    bool sent_excluded = false;      // the source's does not answer for it
    bool received_excluded = false;  // the destination's does not
  };
  // Bytes of all ends that had or wanted a row; for the shares of a period.
  struct Credit {
    uint64_t bytes = 0;
    std::vector<uint64_t> at_period_start;  // by capture

    // Since the capture's last period end, over all captures: they compete
    // for one table.
    uint64_t TakePeriod(CaptureId capture);
  };

  void AccountOne(CaptureId capture, const Packet& packet, int64_t second,
                  End& source, End& destination) noexcept;
  void Prepare(CaptureId capture, const Address& address, End& end) noexcept;
  void FetchSubnet(const End& end) noexcept;
  void Resolve(End& end) noexcept;
  uint64_t Claim(const End& end, uint64_t bytes) noexcept;
  Passage PassageOf(const End& source, const End& destination) const noexcept;
  void CreditSubnets(const End& source, const End& destination,
                     const Passage& passage, uint64_t bytes) noexcept;
  void CreditHost(const End& end, uint64_t bytes, bool receive) noexcept;
  void KeepConnection(const Packet& packet, const End& source,
                      const End& destination, const Passage& passage,
                      uint64_t bytes, int64_t second) noexcept;
  bool IsExcluded(const End& end) const noexcept;

  using RankedHost = std::pair<uint64_t, Key>;
  std::vector<Key> HostsThatLeave(const SubnetTable& subnets) const;
  void Reshape(SubnetTable subnets, ConnectionTable connections,
               const std::vector<Key>& leaving);
  void FitHosts(uint32_t max, std::vector<RankedHost> rows);
  void EndWatchesWithoutThreshold();
  void ForgetNewcomers();

  int64_t SecondsRun(CaptureId capture, const PeriodEnd& period) const;
  void JudgeSubnets(CaptureId capture, const PeriodEnd& period,
                    const RowSink& measured, const EventSink& sink);
  ThresholdEvent Judge(SubnetRow& row, const PeriodEnd& period);
  void Follow(SubnetRow& row, Verdict verdict, int64_t end);
  SubnetRow* RowOf(CaptureId capture, const Prefix& subnet);
  static void RestoreRow(const SubnetState& subnet, int64_t now,
                         SubnetRow& row);
  bool AnyWatch(CaptureId capture) const;
  void EndPeriod(CaptureId capture, int64_t end, int64_t idle);
  void AdmitHosts(CaptureId capture, int64_t now);
  void AdmitSubnets(CaptureId capture, int64_t now);
  void AdmitHost(const Newcomer& newcomer, int64_t now);
  void AdmitSubnet(const Newcomer& newcomer, int64_t now);
  void RetireIdle(CaptureId capture, int64_t now);
  void EraseHost(const Key& key);
  // Host rows go with their subnets.
  void EraseSubnets(const std::vector<uint32_t>& rows, uint64_t& hosts_counter);

  // Look-ups of this many packets are under way at once.
  static constexpr size_t kBatch = 64;
  // So many rows stay in the cache by themselves.
  static constexpr uint32_t kCachedHosts = 32768;

  static uint32_t MostHosts(const AccountingOptions& options) {
    return options.hosts.enabled ? options.hosts.max : 0;
  }

  AccountingOptions options_;
  ThresholdTracker tracker_;
  RangeTable excluded_;
  bool excludes_;

  const uint64_t seed_;
  SubnetTable subnets_;
  BandwidthHistory history_;  // of its rows
  HostTable hosts_;
  NewcomerSketch new_hosts_;
  NewcomerSketch new_subnets_;
  ConnectionTable connections_;
  // When nothing was captured, by capture; as a rule never.
  struct Outage {
    int64_t begin = 0;
    int64_t end = 0;
  };
  std::vector<Outage> outages_;
  std::vector<CaptureCounters> captures_;
  TableCounters table_counters_;
  Credit host_credit_;
  Credit subnet_credit_;
  std::array<End, kBatch> sources_;  // of the packets at hand
  std::array<End, kBatch> destinations_;
};

}  // namespace ipband
