// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/intake.h"

#include <algorithm>

#include "collectors/decode/decode.h"
#include "collectors/net/utf8.h"

namespace ipband {
namespace {

// Ethernet header and one tag: what a frame may have beside the MTU.
constexpr uint32_t kFrameOverhead = 18;

}  // namespace

Intake::Intake(const AccountingOptions& options,
               const ThresholdOptions& thresholds, uint64_t seed,
               Listener listener, const std::vector<MeterOptions>& meters)
    : rules_(std::make_shared<const AccountingRules>(
          AccountingRules{options, thresholds})),
      listener_(std::move(listener)),
      traffic_(options, thresholds, seed),
      meters_(meters, options.hosts.idle_timeout, seed,
              [this](Dump dump) { listener_.dumped(std::move(dump)); }) {}

void Intake::Reconfigure(const AccountingRules& rules,
                         const std::vector<MeterOptions>& meters,
                         std::optional<int64_t> now) {
  auto fresh = std::make_shared<const AccountingRules>(rules);
  Meters::Change change = meters_.Prepare(meters);
  traffic_.Reconfigure(rules.accounting, rules.thresholds);
  // Nothing from here on takes more than a few lines of memory.
  rules_ = std::move(fresh);
  for (Slot& slot : slots_) slot.grid.SetPeriod(period());
  meters_.Reconfigure(std::move(change), now);
  meters_.SetIdleTimeout(rules.accounting.hosts.idle_timeout);
}

CaptureId Intake::CaptureFor(const std::string& name) {
  const std::string interface = EscapeInvalidUtf8(name);
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].status.interface == interface) {
      return static_cast<CaptureId>(i);
    }
  }
  slots_.push_back({{.interface = interface}, PeriodGrid(period())});
  const CaptureId id = traffic_.AddCapture();
  meters_.AddCapture(id, interface);
  return id;
}

void Intake::Reassign(CaptureId id, const std::string& name) {
  traffic_.ForgetCapture(id);
  slots_[id] = {{.interface = EscapeInvalidUtf8(name)}, PeriodGrid(period())};
  meters_.Reassign(id, slots_[id].status.interface);
}

void Intake::Begin(CaptureId id, LinkType link_type, uint32_t mtu,
                   int64_t clock) {
  if (!slots_[id].resumed) Resume(id, clock);
  current_ = id;
  link_type_ = link_type;
  largest_frame_ = mtu == 0 ? UINT32_MAX : mtu + kFrameOverhead;
  clock_ = clock;
  checksums_ =
      meters_.require_checksum() ? Checksums::kVerify : Checksums::kIgnore;
  batch_second_ = kNoSecond;
}

// Whole seconds, of the years that 32 bits reach whatever a damaged file says.
// A live frame cannot come from the future: such a stamp is from before the
// clock was set back.
int64_t Intake::EventTime(const pcap_pkthdr& header) noexcept {
  const int64_t second = std::clamp<int64_t>(header.ts.tv_sec, 0, UINT32_MAX);
  return second - 1 > clock_ ? clock_ : second;
}

void Intake::OnFrame(const pcap_pkthdr& header, const u_char* bytes) noexcept {
  ++frames_;
  Slot& slot = slots_[current_];
  const int64_t second = EventTime(header);
  if (second != batch_second_) BeginSecond(second);
  if (slot.grid.open() && second < slot.grid.start()) ++slot.status.late;
  slot.status.last_frame =
      std::max(slot.status.last_frame, second * 1'000'000 + header.ts.tv_usec);
  if (header.len > largest_frame_) ++slot.status.oversize;

  const Outcome outcome = Decode(link_type_, {bytes, header.caplen}, header.len,
                                 batch_[batched_], checksums_);
  if (outcome != Outcome::kCounted) {
    traffic_.Ignore(current_, outcome, header.len);
    return;
  }
  ++batched_;
  if (!slot.grid.open()) {
    // The first packet that is counted, not merely seen, opens the grid.
    Flush();
    const CaptureCounters& counters = traffic_.capture(current_);
    if (counters[Outcome::kCounted].packets > 0) {
      slot.grid.Open(second);
      if (accumulated_since_ == 0) {
        accumulated_since_ = second;
        began_accumulating_ = true;
      }
    }
  } else if (batched_ == batch_.size()) {
    Flush();
  }
}

void Intake::BeginSecond(int64_t second) {
  Flush();
  batch_second_ = second;
  listener_.second_begins(current_, second);
  const std::optional<PeriodGrid::Closing> closing =
      slots_[current_].grid.Reach(second);
  if (closing) ClosePeriods(current_, *closing);
  if (meters_.IsDue(current_, second)) meters_.Reach(current_, second);
}

void Intake::Flush() noexcept {
  const std::span<const Packet> packets(batch_.data(), batched_);
  traffic_.Account(current_, packets, batch_second_);
  if (meters_.any()) meters_.Account(current_, packets);
  batched_ = 0;
}

void Intake::ReachSecond(CaptureId id, int64_t second) {
  if (meters_.IsDue(id, second)) meters_.Reach(id, second);
  const std::optional<PeriodGrid::Closing> closing =
      slots_[id].grid.Reach(second);
  if (closing) ClosePeriods(id, *closing);
}

void Intake::ClosePeriods(CaptureId id, const PeriodGrid::Closing& closing) {
  Slot& slot = slots_[id];
  const uint64_t dropped =
      slot.status.kernel_dropped + slot.status.interface_dropped;
  bool decided = false;
  traffic_.ClosePeriods(
      id,
      {.end = closing.end,
       .length = closing.length,
       .idle = closing.idle,
       .dropped_packets = dropped - slot.dropped_at_period_start},
      [&](const SubnetRow& subnet, const PeriodEnd& period) {
        listener_.measured(slot.status.interface, subnet, period);
      },
      [&](const SubnetRow& subnet, const ThresholdEvent& event) {
        decided = true;
        listener_.verdict(slot.status.interface, subnet, event);
      });
  slot.dropped_at_period_start = dropped;
  if (decided) listener_.decided();
  TellPeriodEnded(id, slot.grid.start());
}

// A file is read alone: its capture is up for no one, and waits for no other.
void Intake::TellPeriodEnded(CaptureId id, int64_t end) {
  slots_[id].ended_a_period = true;
  for (const Slot& slot : slots_) {
    const bool counts = slot.status.up && slot.grid.open();
    if (counts && !slot.ended_a_period) return;
  }
  for (Slot& slot : slots_) slot.ended_a_period = false;
  meters_.EndPeriod(end);
  listener_.period_ended(end);
}

void Intake::Restore(TrafficState state) {
  accumulated_since_ = state.accumulated_since;
  former_ = std::move(state);
  std::sort(former_.captures.begin(), former_.captures.end(),
            [](const CaptureState& a, const CaptureState& b) {
              return a.captured_until > b.captured_until;
            });
}

// The averaging periods go on where they would be if nothing had happened. A
// watch that nobody has looked after for two of them is too old. By a clock
// that is behind by no more than that they go on as if it had been set while we
// ran. `now`: an interface may come long after the program.
void Intake::Resume(CaptureId id, int64_t now) {
  Slot& slot = slots_[id];
  slot.resumed = true;
  const auto found =
      std::find_if(former_.captures.begin(), former_.captures.end(),
                   [&](const CaptureState& capture) {
                     return capture.interface == slot.status.interface;
                   });
  if (found == former_.captures.end()) return;
  CaptureState state = std::move(*found);
  former_.captures.erase(found);
  const int64_t behind = state.captured_until - now;
  const int64_t moved = behind > 0 && behind <= 2 * period() ? behind : 0;
  state.Shift(-moved);
  const int64_t begin = state.captured_until;
  const bool goes_on = former_.averaging_period == period() &&
                       state.period_start > 0 && state.period_start <= begin &&
                       begin <= now;
  const bool too_old = !goes_on || now - begin > 2 * period();
  for (SubnetState& subnet : state.subnets) {
    if (too_old || !subnet.watch.Fits(state.period_start)) subnet.DropWatch();
  }
  traffic_.Restore(id, state, now);
  traffic_.RepeatReports(id, state.period_start,
                         [&](const SubnetRow& subnet, ThresholdEvent event) {
                           // By the times under which it may have been
                           // delivered.
                           event.at += moved;
                           event.since += moved;
                           listener_.verdict(slot.status.interface, subnet,
                                             event);
                         });
  if (!goes_on) return;
  slot.grid.Open(state.period_start);
  // What was missed earlier in that period joins what is missed now.
  const auto ran = static_cast<uint64_t>(begin - state.period_start);
  const auto missed = static_cast<int64_t>(std::min(state.missed_seconds, ran));
  traffic_.SetOutage(id, begin - missed, now);
}

TrafficState Intake::StateAt(int64_t now) const {
  TrafficState state{.saved_at = now,
                     .averaging_period = period(),
                     .accumulated_since = accumulated_since_};
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    const auto id = static_cast<CaptureId>(i);
    CaptureState capture{.interface = slot.status.interface,
                         .captured_until = now,
                         .subnets = traffic_.StateOf(id)};
    if (slot.grid.open()) {
      capture.period_start = slot.grid.start();
      capture.missed_seconds =
          static_cast<uint64_t>(traffic_.MissedSince(id, capture.period_start));
    } else if (capture.subnets.empty()) {
      continue;
    }
    state.captures.push_back(std::move(capture));
  }
  // Of interfaces that are still to come: those seen last, as far as there is
  // room.
  for (const CaptureState& capture : former_.captures) {
    if (state.captures.size() >= kMostCaptureStates) break;
    state.captures.push_back(capture);
  }
  return state;
}

Report Intake::MakeReport(const std::string& interface, const SubnetRow& subnet,
                          const ThresholdEvent& event) const {
  Report report = traffic_.MakeReport(subnet, event);
  report.interface = interface;
  report.accumulated_since = accumulated_since_;
  return report;
}

void Intake::ShiftClock(int64_t seconds, int64_t now) {
  ++clock_steps_;
  for (Slot& slot : slots_) {
    slot.grid.Shift(seconds);
    // Else a clock that was ahead would hide every frame after it.
    int64_t& last = slot.status.last_frame;
    if (last != 0) last = std::max<int64_t>(0, last + seconds * 1'000'000);
  }
  // What a former run has left is by a clock that was right, as far as we know.
  if (began_accumulating_) accumulated_since_ += seconds;
  traffic_.ShiftClock(seconds);
  meters_.ClockSet(seconds, now);
}

int64_t Intake::LastSecond() const {
  int64_t last = 0;
  for (const Slot& slot : slots_) last = std::max(last, slot.status.last_frame);
  return last / 1'000'000;
}

Snapshot Intake::TakeSnapshot(SnapshotDetail detail) const {
  Snapshot snapshot;
  snapshot.detail = detail;
  snapshot.rules = rules_;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    snapshot.captures.push_back({slot.status,
                                 traffic_.capture(static_cast<CaptureId>(i)),
                                 slot.grid.open() ? slot.grid.end() : 0});
    snapshot.last_period =
        std::max(snapshot.last_period, slot.grid.last_end().value_or(0));
  }
  CopyTables(traffic_, snapshot);
  snapshot.meters = meters_.TakeSnapshot(detail == SnapshotDetail::kTables);
  snapshot.clock_steps = clock_steps_;
  return snapshot;
}

}  // namespace ipband
