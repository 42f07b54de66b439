// SPDX-License-Identifier: Apache-2.0
//
// The way of a frame: decode, batch, account, and the end of an averaging
// period between two frames. Live capture and replay share it, so the same
// frames give the same periods, verdicts and counters.
// Owned by the accounting thread. Time is what the frames say; a live capture
// also hands in the clock.
#pragma once

#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/account/period_grid.h"
#include "collectors/account/snapshot.h"
#include "collectors/account/traffic.h"
#include "collectors/decode/decode.h"
#include "collectors/decode/link_layer.h"
#include "collectors/meter/meters.h"

namespace ipband {

class Intake {
 public:
  // Whom it tells, on the accounting thread, between two batches.
  struct Listener {
    // A second begins in the frames of the capture, which may be one of
    // before: all frames that came earlier are accounted, and no period has
    // ended yet that ends with this second.
    std::function<void(CaptureId id, int64_t second)> second_begins =
        [](const auto&...) {};
    // Of the bandwidth of each subnet in a period, before it is judged. It is
    // not told of all periods without traffic.
    std::function<void(const std::string& interface, const SubnetRow& subnet,
                       const PeriodEnd& period)>
        measured = [](const auto&...) {};
    // Of every verdict, while the row is as it was judged.
    std::function<void(const std::string& interface, const SubnetRow& subnet,
                       const ThresholdEvent& event)>
        verdict = [](const auto&...) {};
    // There were verdicts, and the tables are as they will go on.
    std::function<void()> decided = [] {};
    // Every capture that is up has ended a period since the last call; `end`
    // is that of the last one.
    std::function<void(int64_t end)> period_ended = [](int64_t) {};
    // Of every dump of a meter.
    std::function<void(Dump dump)> dumped = [](const auto&) {};
  };

  Intake(const AccountingOptions& options, const ThresholdOptions& thresholds,
         uint64_t seed, Listener listener,
         const std::vector<MeterOptions>& meters = {});

  // Other options, between two batches; Traffic and Meters say what stays. The
  // averaging periods that are open keep their length. Meters that go are
  // dumped with the time `now` if there is one. Throws std::bad_alloc, and
  // nothing has changed then.
  void Reconfigure(const AccountingRules& rules,
                   const std::vector<MeterOptions>& meters,
                   std::optional<int64_t> now = {});
  const AccountingRules& rules() const { return *rules_; }

  // The capture of this name, made if there is none. Slots stay. The label is
  // the name, with what is not UTF-8 escaped.
  CaptureId CaptureFor(const std::string& name);
  // Gives the slot to another interface, as if nothing had been captured.
  void Reassign(CaptureId id, const std::string& name);
  // Nothing more comes from it: a file was read to its end.
  void End(CaptureId id) { meters_.EndCapture(id); }
  CaptureStatus& status(CaptureId id) { return slots_[id].status; }
  size_t captures() const { return slots_.size(); }

  // What the next frames belong to, until the next call. `clock`: the wall
  // clock in seconds for a live capture, INT64_MAX for a file. `mtu`: 0 if
  // unknown.
  void Begin(CaptureId id, LinkType link_type, uint32_t mtu, int64_t clock);
  // One frame. Called by ReadFrames.
  void OnFrame(const pcap_pkthdr& header, const u_char* bytes) noexcept;
  // Accounts what is still in the batch. REQUIRED after each ReadFrames.
  void Flush() noexcept;

  // The clock has come to `second`; frames may still be on their way.
  bool PeriodIsOver(CaptureId id, int64_t second) const {
    return slots_[id].grid.open() && second >= slots_[id].grid.end();
  }
  // The clock has come to `second` and no frame before it is on its way.
  void ReachSecond(CaptureId id, int64_t second);
  // The wall clock was set by this many seconds, and shows `now`.
  void ShiftClock(int64_t seconds, int64_t now);

  // What a former run has left; REQUIRED before the first frame, if at all.
  // Each capture takes its part when it first begins.
  void Restore(TrafficState state);
  TrafficState StateAt(int64_t now) const;
  // The report on a subnet whose verdict says that one is due; its name is
  // left to the caller.
  Report MakeReport(const std::string& interface, const SubnetRow& subnet,
                    const ThresholdEvent& event) const;

  // What a former run has left of the meters; REQUIRED before the first
  // capture, if at all.
  void RestoreMeters(MetersState state) { meters_.Restore(std::move(state)); }

  Traffic& traffic() { return traffic_; }
  Meters& meters() { return meters_; }
  const Meters& meters() const { return meters_; }
  // The stamp of the latest frame of all, in seconds.
  int64_t LastSecond() const;
  uint64_t frames() const { return frames_; }  // read so far
  Snapshot TakeSnapshot(SnapshotDetail detail = SnapshotDetail::kHosts) const;

 private:
  struct Slot {
    CaptureStatus status;
    PeriodGrid grid;
    uint64_t dropped_at_period_start = 0;
    bool ended_a_period = false;  // since the last call of period_ended
    bool resumed = false;         // has its part of what a former run has left
  };

  static constexpr int64_t kNoSecond = -1;

  int64_t period() const { return rules_->accounting.averaging_period.count(); }
  void Resume(CaptureId id, int64_t now);
  void BeginSecond(int64_t second);
  int64_t EventTime(const pcap_pkthdr& header) noexcept;
  void ClosePeriods(CaptureId id, const PeriodGrid::Closing& closing);
  void TellPeriodEnded(CaptureId id, int64_t end);

  // Shared with snapshots, which may be read when others hold.
  std::shared_ptr<const AccountingRules> rules_;
  const Listener listener_;
  Traffic traffic_;
  Meters meters_;
  std::vector<Slot> slots_;  // by capture id
  uint64_t clock_steps_ = 0;
  uint64_t frames_ = 0;
  int64_t accumulated_since_ = 0;    // 0: nothing was counted yet
  bool began_accumulating_ = false;  // in this run
  TrafficState former_;              // what no capture has taken yet

  // Of the frames at hand.
  CaptureId current_ = 0;
  LinkType link_type_ = LinkType::kEthernet;
  Checksums checksums_ = Checksums::kIgnore;
  uint32_t largest_frame_ = UINT32_MAX;
  int64_t clock_ = INT64_MAX;
  std::array<Packet, 64> batch_;
  size_t batched_ = 0;
  int64_t batch_second_ = kNoSecond;  // the same for the whole batch
};

}  // namespace ipband
