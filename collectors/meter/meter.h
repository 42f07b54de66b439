// SPDX-License-Identifier: Apache-2.0
//
// One meter: its table, its schedule and its series. A pure class, as Meters
// is, which alone uses it. The packet path and snapshots are in meter.cc, what
// happens at the times of dumps in meter_dumps.cc, what outlives a
// configuration or the program in meter_state.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collectors/decode/packet.h"
#include "collectors/meter/dump.h"
#include "collectors/meter/meter_schedule.h"
#include "collectors/meter/meter_series.h"
#include "collectors/meter/meter_snapshot.h"
#include "collectors/meter/meter_state.h"
#include "collectors/meter/meter_table.h"
#include "collectors/meter/meters.h"
#include "collectors/meter_options.h"

namespace ipband {

// The hashes of one end of a packet; the same for all meters.
struct EndHash {
  uint64_t row = 0;     // on its capture
  uint64_t series = 0;  // on all
};

class Meter {
 public:
  Meter(const MeterOptions& options, int64_t idle_timeout, uint64_t seed);

  const std::string& name() const { return options_.name; }

  // The capture is added, or reassigned.
  void SetCapture(CaptureId capture, const std::string& interface);
  void EndCapture(CaptureId capture, const Meters::DumpSink& sink);
  // When Reach is due: INT64_MIN before the first, INT64_MAX for never.
  int64_t DueOf(CaptureId capture) const;
  void Reach(CaptureId capture, int64_t second, const Meters::DumpSink& sink);

  // With the hashes of both ends of each packet.
  void Account(CaptureId capture, std::span<const Packet> packets,
               std::span<const EndHash> sources,
               std::span<const EndHash> destinations) noexcept;

  void DumpNow(int64_t now, const Meters::DumpSink& sink);
  void EndPeriod(int64_t end) { series_.EndPeriod(end); }
  void ClockSet(int64_t seconds, int64_t now, const Meters::DumpSink& sink);
  // The memory that other options take; throws std::bad_alloc.
  struct Room {
    std::unique_ptr<MeterTable> table;  // nullptr: the size stays
    MeterSeries::Room series;
  };
  Room RoomFor(const MeterOptions& options) const;
  void Reconfigure(const MeterOptions& options, Room room,
                   const Meters::DumpSink& sink);
  void SetIdleTimeout(int64_t seconds) { series_.SetIdleTimeout(seconds); }
  void Restore(MeterState state, int64_t saved_at);
  MeterState State() const;
  // When the schedule was saved that is waited for, by a clock that is behind
  // it; 0: none is.
  int64_t saved_at() const {
    return !scheduled_ || waits_for_clock() ? saved_at_ : 0;
  }
  MeterSnapshot TakeSnapshot(bool tables) const;

  // How much memory what waits for other captures takes, in rows.
  uint64_t set_aside() const { return set_aside_; }
  // Tells the dumps that the first cut waits for, without those who have not
  // come there. REQUIRES: set_aside() > 0.
  void TellFirstCut(const Meters::DumpSink& sink);

 private:
  using Rows = std::shared_ptr<const std::vector<DumpRow>>;

  // What a capture has to the dumps from `first` to `last`.
  struct Cut {
    int64_t first = 0;
    int64_t last = 0;
    DumpPart part;
    bool fresh = false;  // something had been counted since the cut before
    bool taken = false;  // it is in the table no more
    uint64_t weight = 0;
  };

  struct Source {
    std::string interface;
    bool counted = false;  // the meter counts this interface
    bool ended = false;
    bool started = false;
    int64_t next = 0;      // the first dump it has no cut for, once started
    int64_t restored = 0;  // the same, of a former run; 0: none
    bool changed = false;  // since the last cut
    std::weak_ptr<const std::vector<DumpRow>> last_rows;
    std::deque<Cut> cuts;  // not told yet, by time

    bool dumps_wait() const { return counted && !ended; }
  };

  // The table of an interface that has not come back after a restart.
  struct Orphan {
    std::string interface;
    int64_t next = 0;
    DumpPart part;
  };

  void AccountEnd(const Key& key, const EndHash& hash, const Address& peer,
                  LogRule::Count direction, uint64_t length) noexcept;

  bool Counts(const std::string& interface) const;
  void Adopt(CaptureId capture);
  void Start(Source& source, int64_t second);
  void StartSchedule(int64_t second);
  bool IsFarAhead(int64_t next, int64_t second) const;
  int64_t Resumed(int64_t next, int64_t second) const;
  DumpPart PartOf(CaptureId capture);
  void CutUpTo(CaptureId capture, int64_t last);
  void Append(Source& source, Cut cut);
  int64_t CompleteUntil() const;
  void Tell(int64_t end, const Meters::DumpSink& sink);
  void TellOne(int64_t at, const Meters::DumpSink& sink);
  int64_t NextFresh(int64_t at) const;
  void CutThoseWhoEnded(int64_t end);
  void StopWaiting(int64_t end, const Meters::DumpSink& sink);
  void TellAllCuts(const Meters::DumpSink& sink);
  void DropTold();
  void ClearedAt(int64_t at);
  bool waits_for_clock() const { return patience_ends_ != INT64_MAX; }
  void ClockSetBack(int64_t now, const Meters::DumpSink& sink);
  void ClockSetForward(int64_t seconds, int64_t now,
                       const Meters::DumpSink& sink);
  void BelieveClock(int64_t now, const Meters::DumpSink& sink);
  void ClearAt(int64_t at);
  void GoOnWith(int64_t next);
  Dump NewDump(int64_t at) const;
  void ChangeSchedule(const MeterOptions& options,
                      const Meters::DumpSink& sink);

  MeterOptions options_;
  MeterSchedule schedule_;
  const uint64_t seed_;
  const Rows no_rows_;
  std::unique_ptr<MeterTable> table_;
  MeterSeries series_;
  std::vector<Source> sources_;  // by capture
  std::vector<Orphan> orphans_;

  int64_t since_ = 0;  // 0: not begun
  bool scheduled_ = false;
  bool told_ = false;     // a dump, in this run or a former one
  int64_t next_ = 0;      // the first dump that was not told, once scheduled
  int64_t saved_at_ = 0;  // when a former run has left what it has left
  // A clock that is behind what was saved is believed from here on.
  int64_t patience_ends_ = INT64_MAX;
  uint64_t set_aside_ = 0;
};

}  // namespace ipband
