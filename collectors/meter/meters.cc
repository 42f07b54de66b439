// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meters.h"

#include <algorithm>
#include <array>

#include "collectors/meter/meter.h"

namespace ipband {
namespace {

constexpr size_t kBatch = 64;
// What waits for other captures, over all meters.
constexpr uint64_t kMostRowsSetAside = 16'000'000;

EndHash HashOf(const Address& address, CaptureId capture, uint64_t seed) {
  return {.row = Hash({address, capture}, seed),
          .series = MeterSeries::HashOf(address, seed)};
}

// The others are not shown.
void KeepLargest(size_t most, MeterTableState& table) {
  if (table.rows.size() <= most) return;
  const auto end = table.rows.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(table.rows.begin(), end, table.rows.end(),
                   [](const DumpRow& a, const DumpRow& b) {
                     return a.in + a.out > b.in + b.out;
                   });
  for (auto row = end; row != table.rows.end(); ++row) {
    table.not_shown += {.hosts = 1, .in = row->in, .out = row->out};
  }
  table.rows.erase(end, table.rows.end());
}

}  // namespace

Meters::Meters(const std::vector<MeterOptions>& options,
               std::chrono::seconds idle_timeout, uint64_t seed, DumpSink sink)
    : idle_timeout_(idle_timeout), seed_(seed), sink_(std::move(sink)) {
  Reconfigure(Prepare(options));
}

Meters::~Meters() = default;

struct Meters::Change::OfOne {
  MeterOptions options;
  size_t former = 0;  // its place
  Meter::Room room;
  std::unique_ptr<Meter> added;  // of one that is not known
};

Meters::Change::Change() = default;
Meters::Change::Change(Change&&) noexcept = default;
Meters::Change::~Change() = default;

void Meters::AddCapture(CaptureId capture, const std::string& interface) {
  if (captures_.size() <= capture) captures_.resize(size_t{capture} + 1);
  captures_[capture] = {interface, false};
  for (auto& meter : meters_) meter->SetCapture(capture, interface);
  FindDue();
}

void Meters::Reassign(CaptureId capture, const std::string& interface) {
  AddCapture(capture, interface);
}

void Meters::EndCapture(CaptureId capture) {
  captures_[capture].ended = true;
  for (auto& meter : meters_) meter->EndCapture(capture, sink_);
  FindDue();
}

void Meters::Reach(CaptureId capture, int64_t second) {
  for (auto& meter : meters_) meter->Reach(capture, second, sink_);
  LimitSetAside();
  FindDue();
}

// Waiting has its price: a capture that stands still must not cost all memory.
void Meters::LimitSetAside() {
  uint64_t sum = 0;
  for (const auto& meter : meters_) sum += meter->set_aside();
  while (sum > kMostRowsSetAside) {
    Meter& largest = **std::max_element(
        meters_.begin(), meters_.end(), [](const auto& a, const auto& b) {
          return a->set_aside() < b->set_aside();
        });
    sum -= largest.set_aside();
    largest.TellFirstCut(sink_);
    sum += largest.set_aside();
  }
}

void Meters::FindDue() {
  due_.assign(captures_.size(), INT64_MAX);
  for (size_t i = 0; i < due_.size(); ++i) {
    for (const auto& meter : meters_) {
      due_[i] = std::min(due_[i], meter->DueOf(static_cast<CaptureId>(i)));
    }
  }
}

void Meters::Account(CaptureId capture,
                     std::span<const Packet> packets) noexcept {
  if (meters_.empty()) return;
  std::array<EndHash, kBatch> sources;
  std::array<EndHash, kBatch> destinations;
  while (!packets.empty()) {
    const size_t n = std::min(packets.size(), kBatch);
    for (size_t i = 0; i < n; ++i) {
      sources[i] = HashOf(packets[i].source, capture, seed_);
      destinations[i] = HashOf(packets[i].destination, capture, seed_);
    }
    for (auto& meter : meters_) {
      meter->Account(capture, packets.first(n), sources, destinations);
    }
    packets = packets.subspan(n);
  }
}

void Meters::DumpNow(int64_t now) {
  for (auto& meter : meters_) meter->DumpNow(now, sink_);
}

void Meters::EndPeriod(int64_t end) {
  for (auto& meter : meters_) meter->EndPeriod(end);
}

void Meters::ClockSet(int64_t seconds, int64_t now) {
  for (auto& meter : meters_) meter->ClockSet(seconds, now, sink_);
  FindDue();
}

void Meters::SetIdleTimeout(std::chrono::seconds idle_timeout) {
  idle_timeout_ = idle_timeout;
  for (auto& meter : meters_) meter->SetIdleTimeout(idle_timeout.count());
}

// Behind the last if there is none.
size_t Meters::Find(const std::string& name) const {
  size_t place = 0;
  while (place < meters_.size() && meters_[place]->name() != name) ++place;
  return place;
}

std::unique_ptr<Meter> Meters::NewMeter(const MeterOptions& options) const {
  auto meter = std::make_unique<Meter>(options, idle_timeout_.count(), seed_);
  for (size_t i = 0; i < captures_.size(); ++i) {
    const auto capture = static_cast<CaptureId>(i);
    meter->SetCapture(capture, captures_[i].interface);
    if (captures_[i].ended) meter->EndCapture(capture, sink_);
  }
  return meter;
}

Meters::Change Meters::Prepare(const std::vector<MeterOptions>& options) const {
  Change change;
  change.meters.reserve(options.size());
  for (const MeterOptions& wanted : options) {
    Change::OfOne one{.options = wanted, .former = Find(wanted.name)};
    if (one.former < meters_.size()) {
      one.room = meters_[one.former]->RoomFor(wanted);
    } else {
      one.added = NewMeter(wanted);
    }
    change.meters.push_back(std::move(one));
  }
  return change;
}

void Meters::Reconfigure(Change change, std::optional<int64_t> now) {
  std::vector<std::unique_ptr<Meter>> meters;
  meters.reserve(change.meters.size());
  require_checksum_ = false;
  for (Change::OfOne& one : change.meters) {
    require_checksum_ |= one.options.require_checksum;
    if (one.added == nullptr) {
      std::unique_ptr<Meter>& known = meters_[one.former];
      known->Reconfigure(one.options, std::move(one.room), sink_);
      one.added = std::move(known);
    }
    meters.push_back(std::move(one.added));
  }
  for (auto& meter : meters_) {
    if (meter != nullptr && now) meter->DumpNow(*now, sink_);
  }
  meters_ = std::move(meters);
  FindDue();
}

void Meters::Restore(MetersState state) {
  for (MeterState& saved : state.meters) {
    for (auto& meter : meters_) {
      if (meter->name() != saved.meter) continue;
      meter->Restore(std::move(saved), state.saved_at);
      break;
    }
  }
}

MetersState Meters::StateAt(int64_t now, size_t most_rows) const {
  MetersState state;
  state.saved_at = now;
  for (const auto& meter : meters_) {
    state.meters.push_back(meter->State());
    state.saved_at = std::max(state.saved_at, meter->saved_at());
    for (MeterTableState& table : state.meters.back().tables) {
      KeepLargest(most_rows, table);
      most_rows -= table.rows.size();
    }
  }
  return state;
}

std::vector<MeterSnapshot> Meters::TakeSnapshot(bool tables) const {
  std::vector<MeterSnapshot> snapshots;
  for (const auto& meter : meters_) {
    snapshots.push_back(meter->TakeSnapshot(tables));
  }
  return snapshots;
}

}  // namespace ipband
