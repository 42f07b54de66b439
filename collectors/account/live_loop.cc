// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/live_loop.h"

#include <algorithm>
#include <utility>

namespace ipband {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using namespace std::chrono_literals;

constexpr int kFramesPerTurn = 1024;
constexpr int kLongestWaitMs = 100;
// Blocks of the ring retire within 100 ms, so a frame stamped before the end
// of a period is here by then.
constexpr nanoseconds kFramesAreHere = 300ms;
constexpr nanoseconds kClockStep = 1s;

// libpcap's counters are 32 bits wide. That of the interface itself is taken
// from the system and falls to 0 with the interface: no growth by 4 billion.
uint32_t Growth(uint32_t now, uint32_t before) {
  const uint32_t growth = now - before;
  return growth <= INT32_MAX ? growth : 0;
}

int64_t Seconds(nanoseconds time) {
  return std::chrono::floor<seconds>(time).count();
}

}  // namespace

LiveLoop::LiveLoop(const CaptureOptions& options, Intake& intake,
                   Wakeup& wakeup)
    : options_(options), intake_(intake), wakeup_(wakeup) {}

LiveLoop::Opened LiveLoop::Open(const Surroundings& surroundings) {
  Refresh(surroundings, surroundings.clock());
  Opened opened;
  opened.wanted = lines_.size();
  opened.captures = captures();
  for (const Line& line : lines_) {
    if (line.is_open()) continue;
    opened.failures.push_back(
        {line.wanted.name, line.capture.failure, line.capture.detail});
  }
  return opened;
}

void LiveLoop::Run(const Surroundings& surroundings) {
  bool more = false;
  while (!surroundings.stop()) {
    Wait(more);
    more = ReadAll(surroundings) >= kFramesPerTurn;
    const ClockReading now = ReadClock(surroundings);
    surroundings.turn_over(now);
    if (now.steady >= next_second_) EverySecond(surroundings, now);
    if (surroundings.snapshots->Wanted()) {
      Publish(*surroundings.snapshots);
    }
  }
  // What was captured until now reaches us within the time of a block.
  const nanoseconds end = surroundings.clock().steady + kFramesAreHere;
  while (surroundings.clock().steady < end) {
    Wait(ReadAll(surroundings) >= kFramesPerTurn);
  }
}

// `more`: some capture is known to have frames waiting.
void LiveLoop::Wait(bool more) {
  descriptors_.clear();
  descriptors_.push_back({wakeup_.descriptor(), POLLIN, 0});
  for (const Line& line : lines_) {
    if (line.is_open()) {
      descriptors_.push_back({line.capture.descriptor, POLLIN, 0});
    }
  }
  poll(descriptors_.data(), descriptors_.size(), more ? 0 : kLongestWaitMs);
  if ((descriptors_.front().revents & POLLIN) != 0) wakeup_.Clear();
}

// The most frames that any capture had in its turn.
int LiveLoop::ReadAll(const Surroundings& surroundings) {
  int most = 0;
  for (Line& line : lines_) {
    // Anew: another capture's turn may have taken its time.
    const ClockReading now = ReadClock(surroundings);
    const int frames = line.is_open() ? Read(line, now) : 0;
    most = std::max(most, frames);
    if (frames == 0) {
      intake_.ReachSecond(line.id, Seconds(now.wall - kFramesAreHere));
    }
    if (frames >= 0) continue;
    Lose(line, OpenFailure::kDown, pcap_geterr(line.capture.handle.get()),
         surroundings, now);
  }
  return most;
}

int LiveLoop::Read(Line& line, ClockReading now) {
  // A report tells how many packets were lost until its last period ended.
  if (intake_.PeriodIsOver(line.id, Seconds(now.wall))) UpdateStats(line);
  intake_.Begin(line.id, line.capture.link_type, line.mtu, Seconds(now.wall));
  const int frames =
      ReadFrames(line.capture.handle.get(), kFramesPerTurn, intake_);
  intake_.Flush();
  return frames;
}

void LiveLoop::UpdateStats(Line& line) {
  pcap_stat stats{};
  if (pcap_stats(line.capture.handle.get(), &stats) != 0) return;
  CaptureStatus& status = intake_.status(line.id);
  status.kernel_dropped += Growth(stats.ps_drop, line.last_stats.ps_drop);
  status.interface_dropped +=
      Growth(stats.ps_ifdrop, line.last_stats.ps_ifdrop);
  line.last_stats = stats;
}

// The only one by which frames are taken and periods end: if the clock was set,
// they have moved with it before the first frame by its new time is looked at.
ClockReading LiveLoop::ReadClock(const Surroundings& surroundings) {
  ClockReading now = surroundings.clock();
  if (!std::exchange(clock_known_, true)) clock_offset_ = now.wall - now.steady;
  const auto change = [&] { return now.wall - now.steady - clock_offset_; };
  // Once more: the thread may have been interrupted between both clocks.
  if (std::chrono::abs(change()) > kClockStep) now = surroundings.clock();
  if (std::chrono::abs(change()) <= kClockStep) return now;
  const int64_t moved = std::chrono::round<seconds>(change()).count();
  clock_offset_ += change();
  intake_.ShiftClock(moved, Seconds(now.wall));
  surroundings.notice({Notice::Level::kWarning,
                       "the clock was set; periods move with it", "",
                       std::to_string(moved) + " seconds"});
  return now;
}

void LiveLoop::EverySecond(const Surroundings& surroundings, ClockReading now) {
  // On time again after a delay, but not twice at once.
  next_second_ = std::max(next_second_ + 1s, now.steady + 500ms);
  Refresh(surroundings, now);
  intake_.traffic().Tick();
  for (Line& line : lines_) {
    if (line.is_open()) UpdateStats(line);
    CheckLocal(line, surroundings);
  }
}

void LiveLoop::Publish(SnapshotExchange& snapshots) {
  for (Line& line : lines_) {
    if (line.is_open()) UpdateStats(line);
  }
  snapshots.Publish(
      std::make_shared<Snapshot>(intake_.TakeSnapshot(*snapshots.Wanted())));
}

// Says once per capture that most of what it sees is nobody's.
void LiveLoop::CheckLocal(Line& line, const Surroundings& surroundings) {
  if (line.told_not_local) return;
  const CaptureCounters& counters = intake_.traffic().capture(line.id);
  if (!MostIsNotLocal(counters)) return;
  line.told_not_local = true;
  surroundings.notice(
      {Notice::Level::kWarning,
       "most of the traffic is between networks that are not local; "
       "name yours under accounting.local, or set it to [any]",
       line.wanted.name, ""});
}

}  // namespace ipband
