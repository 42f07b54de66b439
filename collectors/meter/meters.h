// SPDX-License-Identifier: Apache-2.0
//
// All meters: ipfm's tables by LOG rules, their schedules, and the counters of
// the same hosts, which are never cleared. A pure class: no clock, no thread,
// no file; times are seconds of UTC handed in by the caller, event time.
// Owned by the accounting thread. Account is the packet path: it does not
// throw, lock, log or allocate.
//
// Each capture comes to the end of a dump's period by itself, and what it has
// counted until then is set aside; the dump is told when the last capture has
// come there. So a packet is in the dump of the period its stamp lies in.
// ipfm: dumped when the next packet came, that packet and later ones included.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/decode/packet.h"
#include "collectors/meter/dump.h"
#include "collectors/meter/meter_snapshot.h"
#include "collectors/meter/meter_state.h"
#include "collectors/meter_options.h"
#include "collectors/net/key.h"

namespace ipband {

class Meter;

class Meters {
 public:
  // Takes each dump when it is complete, in the order of a meter's times.
  using DumpSink = std::function<void(Dump)>;
  // After a gap, the first dump that was missed and the last ones up to so
  // many are told; those between are left out, their clearing is not.
  static constexpr int64_t kMostMissedDumps = 1000;

  // `seed` keys the hash tables. `idle_timeout` ends series.
  Meters(const std::vector<MeterOptions>& options,
         std::chrono::seconds idle_timeout, uint64_t seed, DumpSink sink);
  ~Meters();

  bool any() const { return !meters_.empty(); }
  // Some meter wants to know whether header sums are right.
  bool require_checksum() const { return require_checksum_; }

  // Ids come in order from 0. The capture takes part from here on: dumps wait
  // until it has come to their time.
  void AddCapture(CaptureId capture, const std::string& interface);
  // The id is given to another interface. What the old one has counted stays
  // in the tables until they are cleared.
  void Reassign(CaptureId capture, const std::string& interface);
  // Nothing more comes from it (a file was read to its end): no dump waits
  // for it any more.
  void EndCapture(CaptureId capture);

  // Whether `second` lies behind the end of a period that is open for the
  // capture; then Reach is due before a packet of that second is accounted.
  bool IsDue(CaptureId capture, int64_t second) const noexcept {
    return second >= due_[capture];
  }
  // The capture's time has come to `second`. Its first call starts its
  // schedule: with the first time on the grid behind `second`, or where a
  // former run has left it.
  void Reach(CaptureId capture, int64_t second);

  void Account(CaptureId capture, std::span<const Packet> packets) noexcept;

  // ipfm: USR1, HUP and TERM dump all tables. Clears nothing.
  void DumpNow(int64_t now);

  // An averaging period is over for all captures: series of hosts that are
  // idle end, and newcomers get theirs.
  void EndPeriod(int64_t end);

  // The wall clock was set by so many seconds, and shows `now`. Dumps that were
  // told are not told again, unless it was set back so far that their times
  // were no times at all. Of the time that was jumped over nothing is told.
  void ClockSet(int64_t seconds, int64_t now);

  // Other options, between two batches: meters of the same name keep table,
  // schedule and series. Those that go are forgotten, and are dumped with
  // the time `now` if there is one. In two steps: what takes much memory is in
  // the first, which changes nothing and throws std::bad_alloc.
  struct Change {
    Change();
    Change(Change&&) noexcept;
    ~Change();

    struct OfOne;
    std::vector<OfOne> meters;
  };
  Change Prepare(const std::vector<MeterOptions>& options) const;
  void Reconfigure(Change change, std::optional<int64_t> now = {});
  void SetIdleTimeout(std::chrono::seconds idle_timeout);

  // What a former run has left, before the first capture is added. Meters that
  // are not configured any more are passed over. With a clock that is behind
  // what was saved, no dump is due for an hour, in which it may be set right.
  void Restore(MetersState state);
  // Of more rows than `most_rows` the largest ones of the last tables stay.
  MetersState StateAt(int64_t now, size_t most_rows = kMostMeterRows) const;

  // `tables`: with all rows, for those who show them.
  std::vector<MeterSnapshot> TakeSnapshot(bool tables) const;

 private:
  struct Capture {
    std::string interface;
    bool ended = false;
  };

  size_t Find(const std::string& name) const;
  std::unique_ptr<Meter> NewMeter(const MeterOptions& options) const;
  void LimitSetAside();
  void FindDue();

  std::chrono::seconds idle_timeout_;
  const uint64_t seed_;
  const DumpSink sink_;
  std::vector<Capture> captures_;
  std::vector<std::unique_ptr<Meter>> meters_;
  std::vector<int64_t> due_;  // by capture: the earliest of the meters' times
  bool require_checksum_ = false;
};

}  // namespace ipband
