// SPDX-License-Identifier: Apache-2.0
#include "collectors/meter/meter_series.h"

#include <algorithm>
#include <utility>

#include "collectors/host/host_period.h"

namespace ipband {
namespace {

std::unique_ptr<NewcomerSketch> SketchFor(uint32_t max, uint64_t seed) {
  if (max == 0) return nullptr;
  return std::make_unique<NewcomerSketch>(seed);
}

}  // namespace

MeterSeries::MeterSeries(uint32_t max, int64_t idle_timeout, uint64_t seed)
    : idle_timeout_(idle_timeout),
      seed_(seed),
      hosts_(std::make_unique<HostTable>(max, seed)),
      newcomers_(SketchFor(max, seed)) {}

void MeterSeries::Add(const Address& address, uint64_t hash,
                      const MeterBytes& bytes) noexcept {
  const Key key{address, 0};
  period_bytes_ += bytes.in + bytes.out;
  HostRow* host = hosts_->Find(key, hash);
  if (host == nullptr) host = hosts_->Insert(key, hash);
  if (host != nullptr) {
    host->receive_bytes += bytes.in;
    host->transmit_bytes += bytes.out;
    return;
  }
  untracked_.in += bytes.in;
  untracked_.out += bytes.out;
  if (newcomers_ != nullptr) newcomers_->Add(key, hash, bytes.in + bytes.out);
}

void MeterSeries::EndPeriod(int64_t end) {
  const int64_t now = std::clamp<int64_t>(end, 0, UINT32_MAX);
  EndHostPeriod(*hosts_, 0, now, 0);
  for (const Key& key : IdleHosts(*hosts_, 0, now, idle_timeout_)) Retire(key);
  const uint64_t period_bytes = std::exchange(period_bytes_, 0);
  if (newcomers_ == nullptr) return;
  const HostChanges changes =
      ChooseHosts(*hosts_, newcomers_->Take(0), period_bytes);
  for (const Newcomer& newcomer : changes.admitted) {
    Admit(newcomer.key, newcomer.bytes, now);
  }
  for (const Replacement& replacement : changes.replaced) {
    Retire(replacement.out);
    Admit(replacement.in.key, replacement.in.bytes, now);
  }
}

// The host's bytes so far were untracked and stay so: its series starts at 0.
void MeterSeries::Admit(const Key& key, uint64_t rank, int64_t now) {
  HostRow& host = *hosts_->Insert(key, hosts_->HashOf(key));
  host.rank = rank;
  host.last_active = static_cast<uint32_t>(now);
}

void MeterSeries::Retire(const Key& key) {
  const HostRow& host = *hosts_->Find(key, hosts_->HashOf(key));
  retired_.in += host.receive_bytes;
  retired_.out += host.transmit_bytes;
  hosts_->Erase(key);
}

MeterSeries::Room MeterSeries::RoomFor(uint32_t max) const {
  if (max == hosts_->max()) return {};
  Room room{std::make_unique<HostTable>(max, seed_), SketchFor(max, seed_), {}};
  room.rows.reserve(hosts_->size());
  return room;
}

void MeterSeries::MoveTo(Room room) {
  if (room.hosts == nullptr) return;
  std::vector<HostRow>& rows = room.rows;
  const size_t max = room.hosts->max();
  hosts_->ForEach([&](const HostRow& row) { rows.push_back(row); });
  std::sort(rows.begin(), rows.end(), [](const HostRow& a, const HostRow& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.key() < b.key();
  });
  for (size_t i = max; i < rows.size(); ++i) Retire(rows[i].key());
  rows.resize(std::min(rows.size(), max));
  for (const HostRow& row : rows) room.hosts->Insert(row);
  hosts_ = std::move(room.hosts);
  newcomers_ = std::move(room.newcomers);
}

void MeterSeries::Describe(MeterSnapshot& snapshot) const {
  snapshot.max_series = hosts_->max();
  snapshot.series.reserve(hosts_->size());
  const HostTable& hosts = *hosts_;
  hosts.ForEach([&](const HostRow& row) {
    snapshot.series.push_back(
        {row.address(), row.receive_bytes, row.transmit_bytes});
  });
  snapshot.untracked_receive_bytes = untracked_.in;
  snapshot.untracked_transmit_bytes = untracked_.out;
  snapshot.retired_receive_bytes = retired_.in;
  snapshot.retired_transmit_bytes = retired_.out;
}

}  // namespace ipband
