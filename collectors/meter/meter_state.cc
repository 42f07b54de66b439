// SPDX-License-Identifier: Apache-2.0
//
// What a meter takes along into another configuration, and what of it outlives
// the program.
#include <algorithm>

#include "collectors/meter/meter.h"
#include "collectors/meter/meter_rules.h"

namespace ipband {
namespace {

// Each address once, in order.
std::vector<DumpRow> Merged(std::vector<DumpRow> rows) {
  std::sort(rows.begin(), rows.end(), [](const DumpRow& a, const DumpRow& b) {
    return a.address < b.address;
  });
  size_t kept = 0;
  for (const DumpRow& row : rows) {
    if (kept > 0 && rows[kept - 1].address == row.address) {
      rows[kept - 1].in += row.in;
      rows[kept - 1].out += row.out;
    } else {
      rows[kept++] = row;
    }
  }
  rows.resize(kept);
  return rows;
}

void AddTo(MeterTableState& table, const DumpPart& part) {
  table.rows.insert(table.rows.end(), part.rows->begin(), part.rows->end());
  table.not_shown += part.not_shown;
}

// An interface has one table, and the last one has room for all others: what
// is dumped is their sum.
void AddTable(MeterTableState table, MeterState& state) {
  const auto same = std::find_if(state.tables.begin(), state.tables.end(),
                                 [&](const MeterTableState& known) {
                                   return known.interface == table.interface;
                                 });
  if (same == state.tables.end() && state.tables.size() < kMostMeterTables) {
    state.tables.push_back(std::move(table));
    return;
  }
  MeterTableState& sum =
      same != state.tables.end() ? *same : state.tables.back();
  sum.next_dump = std::max(sum.next_dump, table.next_dump);
  sum.rows.insert(sum.rows.end(), table.rows.begin(), table.rows.end());
  sum.not_shown += table.not_shown;
}

}  // namespace

// What a former run has counted on the capture's interface is in its table
// from here on.
void Meter::Adopt(CaptureId capture) {
  Source& source = sources_[capture];
  const auto is_its = [&](const Orphan& orphan) {
    return orphan.interface == source.interface;
  };
  for (const Orphan& orphan : orphans_) {
    if (!is_its(orphan)) continue;
    for (const DumpRow& row : *orphan.part.rows) {
      table_->Add({row.address, capture}, Matching(options_.rules, row.address),
                  {row.in, row.out});
    }
    table_->AddNotShown(capture, orphan.part.not_shown);
    source.restored = source.restored == 0
                          ? orphan.next
                          : std::min(source.restored, orphan.next);
    source.changed = true;
  }
  std::erase_if(orphans_, is_its);
}

void Meter::Restore(MeterState state, int64_t saved_at) {
  saved_at_ = std::clamp<int64_t>(saved_at, 0, MeterSchedule::kLatest);
  since_ = std::clamp<int64_t>(state.since, 0, MeterSchedule::kLatest);
  size_t room = options_.max_hosts;
  for (MeterTableState& table : state.tables) {
    std::vector<DumpRow> rows = Merged(std::move(table.rows));
    for (; rows.size() > room; rows.pop_back()) {
      ++table.not_shown.hosts;
      table.not_shown.in += rows.back().in;
      table.not_shown.out += rows.back().out;
    }
    room -= rows.size();
    orphans_.push_back(
        {std::move(table.interface),
         table.next_dump,
         {std::make_shared<const std::vector<DumpRow>>(std::move(rows)),
          table.not_shown}});
  }
}

// What was taken out of the table and not told goes back into it: the dump it
// was meant for is made again, and has a little more.
MeterState Meter::State() const {
  MeterState state;
  state.meter = options_.name;
  state.since = since_;
  for (size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    const auto capture = static_cast<CaptureId>(i);
    if (!source.counted && source.cuts.empty() && table_->IsEmpty(capture)) {
      continue;
    }
    MeterTableState table;
    table.interface = source.interface;
    table.next_dump = source.started ? source.next : source.restored;
    table.rows = table_->RowsOf(capture);
    table.not_shown = table_->NotShownOf(capture);
    if (!source.cuts.empty()) {
      table.next_dump = std::max(source.cuts.front().first, next_);
      for (const Cut& cut : source.cuts) {
        if (cut.taken) AddTo(table, cut.part);
      }
      table.rows = Merged(std::move(table.rows));
    }
    AddTable(std::move(table), state);
  }
  for (const Orphan& orphan : orphans_) {
    const int64_t next = told_ ? std::max(orphan.next, next_) : orphan.next;
    AddTable({orphan.interface, next, *orphan.part.rows, orphan.part.not_shown},
             state);
  }
  return state;
}

Meter::Room Meter::RoomFor(const MeterOptions& options) const {
  Room room;
  if (options.max_hosts != options_.max_hosts) {
    room.table = std::make_unique<MeterTable>(options.max_hosts, seed_);
  }
  room.series = series_.RoomFor(options.max_series);
  return room;
}

void Meter::Reconfigure(const MeterOptions& options, Room room,
                        const Meters::DumpSink& sink) {
  const bool other_times = options.dump != options_.dump ||
                           options.clear != options_.clear ||
                           options.clear_grid != options_.clear_grid;
  if (other_times || options.rules.empty()) ChangeSchedule(options, sink);
  const bool other_rules = options.rules != options_.rules;
  options_ = options;
  if (other_rules) {
    table_->ForEach([&](MeterRow& row) {
      row.rules = Matching(options_.rules, row.address());
    });
  }
  if (room.table != nullptr) {
    room.table->TakeOver(*table_);
    table_ = std::move(room.table);
    for (Source& source : sources_) source.last_rows.reset();
  }
  series_.MoveTo(std::move(room.series));
  for (size_t i = 0; i < sources_.size(); ++i) {
    sources_[i].counted = Counts(sources_[i].interface);
    if (sources_[i].counted) Adopt(static_cast<CaptureId>(i));
  }
  Tell(CompleteUntil(), sink);
}

// What was cut by the old times is told first.
void Meter::ChangeSchedule(const MeterOptions& options,
                           const Meters::DumpSink& sink) {
  TellAllCuts(sink);
  const int64_t every = schedule_.every();
  schedule_ = MeterSchedule(options);
  if (!scheduled_ || options.dump == options_.dump) return;
  next_ = schedule_.dumps().FirstBehind(told_ ? next_ - every : since_);
  for (Source& source : sources_) source.next = next_;
}

}  // namespace ipband
