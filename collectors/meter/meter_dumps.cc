// SPDX-License-Identifier: Apache-2.0
//
// Times of dumps. A capture that comes to one leaves a cut of what it has
// counted; idle times after it share one cut, however many they are. A dump is
// told when the last capture has come to its time.
#include <algorithm>

#include "collectors/meter/meter.h"

namespace ipband {
namespace {

// What a cut without rows weighs beside those with some.
constexpr uint64_t kCutWeight = 4;
// For a clock that was set back, where dumps are frequent, and for one that is
// behind what was saved until it is set.
constexpr int64_t kLongestWait = 3600;

int64_t Clamped(int64_t second) {
  return std::clamp(second, -MeterSchedule::kLatest, MeterSchedule::kLatest);
}

bool IsEmpty(const DumpPart& part) {
  return part.rows->empty() && part.not_shown.empty();
}

}  // namespace

void Meter::Reach(CaptureId capture, int64_t second,
                  const Meters::DumpSink& sink) {
  Source& source = sources_[capture];
  if (!source.dumps_wait()) return;
  second = Clamped(second);
  if (!source.started) Start(source, second);
  if (second >= patience_ends_) BelieveClock(second, sink);
  if (source.next <= second) {
    CutUpTo(capture, schedule_.dumps().LastUpTo(second));
  }
  Tell(CompleteUntil(), sink);
}

// The clock may have been set back: a dump that was told is not told again.
void Meter::Start(Source& source, int64_t second) {
  StartSchedule(second);
  const int64_t resumed = Resumed(source.restored, second);
  source.started = true;
  source.next = resumed != 0 ? resumed : schedule_.dumps().FirstBehind(second);
  if (told_) {
    source.next = std::max(source.next, next_);
  } else {
    next_ = scheduled_ ? std::min(next_, source.next) : source.next;
  }
  scheduled_ = true;
}

// The first capture has begun: where a former run has left it, all go on.
void Meter::StartSchedule(int64_t second) {
  int64_t first = INT64_MAX;
  const auto resume = [&](int64_t& next) {
    next = Resumed(next, second);
    if (next != 0) first = std::min(first, next);
  };
  if (!scheduled_) {
    for (Source& source : sources_) resume(source.restored);
    for (Orphan& orphan : orphans_) resume(orphan.next);
  }
  const bool resumed = first != INT64_MAX;
  const bool behind = resumed && IsFarAhead(first, second);
  if (behind) patience_ends_ = second + kLongestWait;
  if (!told_ && !behind && (since_ <= 0 || since_ > second)) {
    since_ = std::max<int64_t>(second, 1);
  }
  if (!resumed) return;
  scheduled_ = told_ = true;
  next_ = first;
  since_ = std::clamp<int64_t>(since_, 1, std::max<int64_t>(1, first));
}

bool Meter::IsFarAhead(int64_t next, int64_t second) const {
  return next > second + 2 * schedule_.every();
}

// The first dump that a former run has not told, or 0 if that cannot be: it
// lies too far ahead for a clock that was set back a little, as after a stamp
// from another age, or when dumps have become more frequent. Not too far is
// what was near when it was saved: then the clock is wrong that is behind it,
// as that of a machine without a battery until it is set.
int64_t Meter::Resumed(int64_t next, int64_t second) const {
  if (next <= 0 || IsFarAhead(next, std::max(second, saved_at_))) return 0;
  return schedule_.dumps().FirstBehind(next - 1);
}

DumpPart Meter::PartOf(CaptureId capture) {
  Source& source = sources_[capture];
  DumpPart part;
  part.not_shown = table_->NotShownOf(capture);
  if (!source.changed) part.rows = source.last_rows.lock();
  if (part.rows == nullptr) {
    std::vector<DumpRow> rows = table_->RowsOf(capture);
    part.rows =
        rows.empty()
            ? no_rows_
            : std::make_shared<const std::vector<DumpRow>>(std::move(rows));
  }
  source.last_rows = part.rows;
  return part;
}

// All dumps from the capture's next one to `last`, which is one.
void Meter::CutUpTo(CaptureId capture, int64_t last) {
  Source& source = sources_[capture];
  int64_t first = source.next;
  while (first <= last) {
    Cut cut;
    cut.first = first;
    cut.fresh = source.changed;
    cut.part = PartOf(capture);
    source.changed = false;
    // Nothing comes in meanwhile: the table stays as it is until it is cleared,
    // and is then empty.
    const int64_t clear =
        IsEmpty(cut.part) ? INT64_MAX : schedule_.FirstClear(first);
    cut.taken = clear <= last;
    cut.last = std::min(clear, last);
    if (cut.taken) {
      table_->Clear(capture);
      source.last_rows = no_rows_;
    }
    first = cut.last + schedule_.every();
    Append(source, std::move(cut));
  }
  source.next = first;
}

void Meter::Append(Source& source, Cut cut) {
  if (!source.cuts.empty() && !cut.fresh && !source.cuts.back().taken) {
    source.cuts.back().last = cut.last;
    source.cuts.back().taken = cut.taken;
    return;
  }
  cut.weight = cut.part.rows->size() + kCutWeight;
  set_aside_ += cut.weight;
  source.cuts.push_back(std::move(cut));
}

// Dumps before this time have all that they wait for.
int64_t Meter::CompleteUntil() const {
  int64_t slowest = INT64_MAX;
  int64_t fastest = next_;
  for (const Source& source : sources_) {
    if (source.started) fastest = std::max(fastest, source.next);
    if (!source.dumps_wait()) continue;
    if (!source.started) return next_;
    slowest = std::min(slowest, source.next);
  }
  return slowest != INT64_MAX ? slowest : fastest;
}

// Those whom no dump waits for have their cuts when the others have.
void Meter::CutThoseWhoEnded(int64_t end) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    Source& source = sources_[i];
    if (source.dumps_wait()) continue;
    if (!source.started) {
      source.started = true;
      source.next = next_;
    }
    if (source.next < end) {
      CutUpTo(static_cast<CaptureId>(i), end - schedule_.every());
    }
  }
}

// Tells all dumps before `end`.
void Meter::Tell(int64_t end, const Meters::DumpSink& sink) {
  if (!scheduled_ || next_ >= end) return;
  CutThoseWhoEnded(end);
  const int64_t every = schedule_.every();
  while (next_ < end) {
    const int64_t idle_until = std::min(end, NextFresh(next_));
    TellOne(next_, sink);
    const int64_t resume = idle_until - (Meters::kMostMissedDumps - 1) * every;
    if (resume > next_) {
      ClearedAt(schedule_.LastClear(resume - every));
      next_ = resume;
    }
    while (next_ < idle_until) TellOne(next_, sink);
  }
}

// The first dump behind `at` before which something was counted.
int64_t Meter::NextFresh(int64_t at) const {
  int64_t next = INT64_MAX;
  for (const Source& source : sources_) {
    for (const Cut& cut : source.cuts) {
      if (cut.first >= next) break;
      if (cut.fresh && cut.first > at) next = cut.first;
    }
  }
  return next;
}

void Meter::TellOne(int64_t at, const Meters::DumpSink& sink) {
  Dump dump = NewDump(at);
  dump.cleared = schedule_.Clears(at);
  for (const Source& source : sources_) {
    for (const Cut& cut : source.cuts) {
      if (cut.first > at) break;
      if (cut.last < at) continue;
      if (source.counted || !IsEmpty(cut.part)) dump.parts.push_back(cut.part);
    }
  }
  for (const Orphan& orphan : orphans_) {
    if (orphan.next <= at) dump.parts.push_back(orphan.part);
  }
  told_ = true;
  next_ = at + schedule_.every();
  if (dump.cleared) ClearedAt(at);
  DropTold();
  sink(std::move(dump));
}

// All that dumps up to this time tell is in no table any more.
void Meter::ClearedAt(int64_t at) {
  since_ = std::max(since_, at);
  std::erase_if(orphans_,
                [&](const Orphan& orphan) { return orphan.next <= at; });
}

void Meter::DropTold() {
  for (Source& source : sources_) {
    while (!source.cuts.empty() && source.cuts.front().last < next_) {
      set_aside_ -= source.cuts.front().weight;
      source.cuts.pop_front();
    }
  }
}

Dump Meter::NewDump(int64_t at) const {
  Dump dump;
  dump.meter = options_.name;
  for (const Source& source : sources_) {
    if (source.counted) dump.interfaces.push_back(source.interface);
  }
  dump.at = at;
  dump.since = since_ > 0 ? since_ : at;
  return dump;
}

void Meter::DumpNow(int64_t now, const Meters::DumpSink& sink) {
  if (options_.rules.empty()) return;
  Dump dump = NewDump(now);
  dump.scheduled = false;
  for (size_t i = 0; i < sources_.size(); ++i) {
    // A cut that was not taken is in the table as well.
    for (const Cut& cut : sources_[i].cuts) {
      if (cut.taken) dump.parts.push_back(cut.part);
    }
    DumpPart part = PartOf(static_cast<CaptureId>(i));
    if (sources_[i].counted || !IsEmpty(part)) {
      dump.parts.push_back(std::move(part));
    }
  }
  for (const Orphan& orphan : orphans_) dump.parts.push_back(orphan.part);
  sink(std::move(dump));
}

void Meter::StopWaiting(int64_t end, const Meters::DumpSink& sink) {
  const int64_t last = end - schedule_.every();
  for (size_t i = 0; i < sources_.size(); ++i) {
    Source& source = sources_[i];
    if (!source.started) {
      source.started = true;
      source.next = next_;
    }
    if (source.next <= last) CutUpTo(static_cast<CaptureId>(i), last);
  }
  Tell(end, sink);
}

void Meter::TellFirstCut(const Meters::DumpSink& sink) {
  int64_t last = INT64_MAX;
  for (const Source& source : sources_) {
    if (!source.cuts.empty()) last = std::min(last, source.cuts.front().last);
  }
  StopWaiting(last + schedule_.every(), sink);
}

void Meter::TellAllCuts(const Meters::DumpSink& sink) {
  if (set_aside_ == 0) return;
  int64_t end = next_;
  for (const Source& source : sources_) {
    if (source.started) end = std::max(end, source.next);
  }
  StopWaiting(end, sink);
}

void Meter::ClockSet(int64_t seconds, int64_t now,
                     const Meters::DumpSink& sink) {
  if (!scheduled_) return;
  if (waits_for_clock()) patience_ends_ += seconds;
  if (seconds > 0) {
    ClockSetForward(seconds, now, sink);
  } else {
    ClockSetBack(now, sink);
  }
}

// A clock that was set back a little comes to the next dump by itself. One that
// was far ahead must not put off all dumps until then.
void Meter::ClockSetBack(int64_t now, const Meters::DumpSink& sink) {
  const int64_t patience = std::max(2 * schedule_.every(), kLongestWait);
  if (next_ > now + patience && !waits_for_clock()) BelieveClock(now, sink);
}

// Dumps of the time that was jumped over are left out: they would be empty, and
// what another run has written for that time would be lost to them. Told is the
// one of the period that was open, if that was counted from its beginning; what
// else was counted is in the first dump behind the step.
void Meter::ClockSetForward(int64_t seconds, int64_t now,
                            const Meters::DumpSink& sink) {
  if (!IsFarAhead(next_, now)) patience_ends_ = INT64_MAX;
  const bool told = told_;
  if (!told) since_ = std::min(since_ + seconds, std::max<int64_t>(1, now));
  if (next_ > now) return;
  TellAllCuts(sink);
  if (next_ > now) return;
  if (told && since_ <= next_ - schedule_.every()) {
    StopWaiting(next_ + schedule_.every(), sink);
    ClearAt(schedule_.LastClear(schedule_.dumps().LastUpTo(now)));
  }
  GoOnWith(schedule_.dumps().FirstBehind(now));
}

// What was told is told; dumps go on by the clock as it is.
void Meter::BelieveClock(int64_t now, const Meters::DumpSink& sink) {
  saved_at_ = 0;
  patience_ends_ = INT64_MAX;
  if (!IsFarAhead(next_, now)) return;
  TellAllCuts(sink);
  GoOnWith(schedule_.dumps().FirstBehind(now));
  since_ = std::min(since_, std::max<int64_t>(now, 1));
}

// A time that clears was left out. REQUIRES: all that was counted was told.
void Meter::ClearAt(int64_t at) {
  if (at < next_) return;
  for (size_t i = 0; i < sources_.size(); ++i) {
    table_->Clear(static_cast<CaptureId>(i));
    sources_[i].last_rows = no_rows_;
  }
  ClearedAt(at);
}

void Meter::GoOnWith(int64_t next) {
  next_ = next;
  for (Source& source : sources_) source.next = next;
  for (Orphan& orphan : orphans_) orphan.next = std::min(orphan.next, next);
}

}  // namespace ipband
