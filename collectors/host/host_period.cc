// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/host_period.h"

#include <algorithm>

namespace ipband {

void EndHostPeriod(HostTable& hosts, CaptureId capture, int64_t first_end,
                   int64_t idle) {
  hosts.ForEach([&](HostRow& row) {
    if (row.capture != capture) return;
    const uint64_t bytes = row.bytes() - row.period_start_bytes;
    if (bytes != 0 || row.age == 0) {
      row.last_active = static_cast<uint32_t>(first_end);
    }
    row.rank = IdleRank(NextRank(row.rank, bytes), idle);
    row.period_start_bytes = row.bytes();
    row.age = OlderBy(row.age, 1 + idle);
  });
}

std::vector<Key> IdleHosts(const HostTable& hosts, CaptureId capture,
                           int64_t now, int64_t timeout) {
  std::vector<Key> idle;
  hosts.ForEach([&](const HostRow& row) {
    if (row.capture == capture && now - int64_t{row.last_active} >= timeout) {
      idle.push_back(row.key());
    }
  });
  return idle;
}

HostChanges ChooseHosts(HostTable& hosts, NewcomerSketch::Taken taken,
                        uint64_t period_bytes) {
  // Room that was made meanwhile may have been taken.
  std::erase_if(taken.newcomers, [&](const Newcomer& newcomer) {
    return hosts.Find(newcomer.key, hosts.HashOf(newcomer.key)) != nullptr;
  });
  HostChanges changes;
  if (taken.newcomers.empty()) return changes;

  std::vector<Incumbent> incumbents;
  incumbents.reserve(hosts.size());
  hosts.ForEach([&](const HostRow& row) {
    incumbents.push_back({row.rank, row.key(), row.age});
  });
  const size_t room =
      std::min<size_t>(hosts.max() - hosts.size(), taken.newcomers.size());
  const auto past_room =
      taken.newcomers.begin() + static_cast<std::ptrdiff_t>(room);
  changes.admitted.assign(taken.newcomers.begin(), past_room);
  taken.newcomers.erase(taken.newcomers.begin(), past_room);
  changes.replaced =
      ChooseReplacements(taken, incumbents, hosts.max(), period_bytes);
  return changes;
}

}  // namespace ipband
