// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter.h"

#include <fnmatch.h>

#include <algorithm>

#include "collectors/meter/meter_rules.h"

namespace ipband {
namespace {

void AddTo(MeterSnapshot& snapshot, const DumpPart& part) {
  for (const DumpRow& row : *part.rows) {
    snapshot.table_in += row.in;
    snapshot.table_out += row.out;
  }
  snapshot.table_rows += static_cast<uint32_t>(part.rows->size());
  snapshot.not_shown += part.not_shown;
}

}  // namespace

Meter::Meter(const MeterOptions& options, int64_t idle_timeout, uint64_t seed)
    : options_(options),
      schedule_(options),
      seed_(seed),
      no_rows_(std::make_shared<const std::vector<DumpRow>>()),
      table_(std::make_unique<MeterTable>(options.max_hosts, seed)),
      series_(options.max_series, idle_timeout, seed) {}

bool Meter::Counts(const std::string& interface) const {
  if (options_.rules.empty()) return false;
  if (options_.interfaces.empty()) return true;
  return std::any_of(options_.interfaces.begin(), options_.interfaces.end(),
                     [&](const std::string& pattern) {
                       return fnmatch(pattern.c_str(), interface.c_str(), 0) ==
                              0;
                     });
}

void Meter::SetCapture(CaptureId capture, const std::string& interface) {
  if (sources_.size() <= capture) sources_.resize(size_t{capture} + 1);
  table_->AddCapture(capture);
  Source& source = sources_[capture];
  source.interface = interface;
  source.counted = Counts(interface);
  source.ended = false;
  if (source.counted) Adopt(capture);
}

void Meter::EndCapture(CaptureId capture, const Meters::DumpSink& sink) {
  sources_[capture].ended = true;
  Tell(CompleteUntil(), sink);
}

int64_t Meter::DueOf(CaptureId capture) const {
  const Source& source = sources_[capture];
  if (!source.dumps_wait()) return INT64_MAX;
  return source.started ? std::min(source.next, patience_ends_) : INT64_MIN;
}

void Meter::Account(CaptureId capture, std::span<const Packet> packets,
                    std::span<const EndHash> sources,
                    std::span<const EndHash> destinations) noexcept {
  if (!sources_[capture].counted) return;
  for (size_t i = 0; i < packets.size(); ++i) {
    table_->PrefetchIndex(sources[i].row);
    table_->PrefetchIndex(destinations[i].row);
    series_.Prefetch(sources[i].series);
    series_.Prefetch(destinations[i].series);
  }
  for (size_t i = 0; i < packets.size(); ++i) {
    table_->PrefetchRow(sources[i].row);
    table_->PrefetchRow(destinations[i].row);
  }
  const bool by_ip = options_.length == LengthKind::kIp;
  for (size_t i = 0; i < packets.size(); ++i) {
    const Packet& packet = packets[i];
    if (options_.require_checksum && packet.bad_checksum) continue;
    const uint64_t bytes = by_ip ? packet.ip_length : packet.frame_length;
    AccountEnd({packet.source, capture}, sources[i], packet.destination,
               LogRule::Count::kFrom, bytes);
    AccountEnd({packet.destination, capture}, destinations[i], packet.source,
               LogRule::Count::kTo, bytes);
  }
}

// `direction`: kFrom for a source, kTo for a destination.
void Meter::AccountEnd(const Key& key, const EndHash& hash, const Address& peer,
                       LogRule::Count direction, uint64_t length) noexcept {
  MeterRow* row = table_->Find(key, hash.row);
  const uint64_t rules =
      row != nullptr ? row->rules : Matching(options_.rules, key.address);
  if (rules == 0) return;
  const LogRule::Count count = Decide(options_.rules, rules, key.address, peer);
  if (count != LogRule::Count::kBoth && count != direction) return;

  const bool sent = direction == LogRule::Count::kFrom;
  const MeterBytes bytes{.in = sent ? 0 : length, .out = sent ? length : 0};
  sources_[key.capture].changed = true;
  if (row == nullptr) row = table_->Insert(key, hash.row, rules);
  if (row != nullptr) {
    table_->Credit(*row, bytes);
  } else {
    table_->CreditNotShown(key, hash.row, bytes);
  }
  series_.Add(key.address, hash.series, bytes);
}

MeterSnapshot Meter::TakeSnapshot(bool tables) const {
  MeterSnapshot snapshot;
  snapshot.meter = options_.name;
  snapshot.since = since_;
  snapshot.next_dump = scheduled_ ? next_ : 0;
  snapshot.max_hosts = options_.max_hosts;
  snapshot.table_rows = table_->size();
  const auto add_part = [&](const DumpPart& part) {
    AddTo(snapshot, part);
    if (tables) snapshot.tables.push_back(part);
  };
  for (size_t i = 0; i < sources_.size(); ++i) {
    const auto capture = static_cast<CaptureId>(i);
    const MeterBytes sum = table_->SumOf(capture);
    snapshot.table_in += sum.in;
    snapshot.table_out += sum.out;
    snapshot.not_shown += table_->NotShownOf(capture);
    for (const Cut& cut : sources_[i].cuts) {
      if (cut.taken) add_part(cut.part);
    }
    if (tables && !table_->IsEmpty(capture)) {
      snapshot.tables.push_back(
          {std::make_shared<std::vector<DumpRow>>(table_->RowsOf(capture)),
           table_->NotShownOf(capture)});
    }
  }
  for (const Orphan& orphan : orphans_) add_part(orphan.part);
  series_.Describe(snapshot);
  return snapshot;
}

}  // namespace ipband
