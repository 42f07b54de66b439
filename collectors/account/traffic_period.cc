// SPDX-License-Identifier: Apache-2.0
//
// What happens to the tables between two averaging periods: verdicts first,
// then ranks, retirement of idle rows and admission of newcomers.
#include <algorithm>

#include "collectors/account/traffic.h"
#include "collectors/host/host_period.h"

namespace ipband {
namespace {

constexpr int64_t kMostSinglePeriods = 65536;

}  // namespace

uint64_t Traffic::Credit::TakePeriod(CaptureId capture) {
  const uint64_t period = bytes - at_period_start[capture];
  at_period_start[capture] = bytes;
  return period;
}

void Traffic::ClosePeriods(CaptureId capture, const PeriodEnd& closing,
                           const RowSink& measured, const EventSink& sink) {
  const int64_t period = options_.averaging_period.count();
  int64_t end = closing.end;
  int64_t idle = closing.idle;
  JudgeSubnets(capture, closing, measured, sink);
  EndPeriod(capture, end, 0);
  // A threshold of 0 keeps a watch for ever: a stamp from another age must not
  // keep us here as long.
  const int64_t jump_from = idle - kMostSinglePeriods;
  while (idle > 0 && idle > jump_from && AnyWatch(capture)) {
    end += period;
    --idle;
    JudgeSubnets(capture, {.end = end, .length = period}, measured, sink);
    EndPeriod(capture, end, 0);
  }
  if (idle > 0) {
    // Nothing can happen in these: they are closed as one.
    end += idle * period;
    JudgeSubnets(capture, {.end = end, .length = period}, measured, sink);
    EndPeriod(capture, end, idle - 1);
  }
}

bool Traffic::AnyWatch(CaptureId capture) const {
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    const SubnetRow& row = subnets_[i];
    if (row.used && row.capture == capture && row.watch.active) return true;
  }
  return false;
}

int64_t Traffic::SecondsRun(CaptureId capture, const PeriodEnd& period) const {
  const Outage& outage = outages_[capture];
  const int64_t missed = std::min(period.end, outage.end) -
                         std::max(period.end - period.length, outage.begin);
  return period.length - std::max<int64_t>(0, missed);
}

void Traffic::JudgeSubnets(CaptureId capture, const PeriodEnd& period,
                           const RowSink& measured, const EventSink& sink) {
  const int64_t seconds = SecondsRun(capture, period);
  const bool judged = seconds * 2 >= period.length;
  std::vector<std::pair<const SubnetRow*, ThresholdEvent>> events;
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    SubnetRow& row = subnets_[i];
    if (!row.used || row.capture != capture) continue;
    if (row.watch.active) {
      row.watch.dropped_packets += period.dropped_packets;
    }
    if (!judged) continue;
    row.bandwidth = tracker_.Bandwidth(row.PeriodBytes(), seconds);
    measured(row, period);
    if (!row.has_threshold) continue;
    const ThresholdEvent event = Judge(row, period);
    if (event.verdict != Verdict::kNothing) events.push_back({&row, event});
  }
  std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return a.first->prefix < b.first->prefix;
  });
  for (const auto& [row, event] : events) sink(*row, event);
}

ThresholdEvent Traffic::Judge(SubnetRow& row, const PeriodEnd& period) {
  const int64_t end = period.end;
  if (row.bandwidth >= row.threshold) {
    row.over_threshold_seconds += static_cast<uint64_t>(period.length);
  }
  const int64_t started = row.watch.active ? row.watch.started : end;
  const uint64_t dropped_packets = row.watch.dropped_packets;
  const Verdict verdict =
      tracker_.Decide(row.bandwidth, row.threshold, end, row.watch);
  Follow(row, verdict, end);
  row.watch_seconds =
      row.watch.active ? static_cast<uint64_t>(end - row.watch.started) : 0;
  return {.verdict = verdict,
          .at = end,
          .since = started,
          .bandwidth = row.bandwidth,
          .threshold = row.threshold,
          .exceeded_seconds = row.watch.exceeded_seconds,
          .dropped_packets = dropped_packets};
}

// What a verdict changes beside the watch itself.
void Traffic::Follow(SubnetRow& row, Verdict verdict, int64_t end) {
  const uint32_t number = subnets_.IndexOf(row);
  switch (verdict) {
    case Verdict::kWatchStarted:
      connections_.Open(number);
      break;
    case Verdict::kReportDue:
      ++row.reports;
      row.last_report = end;
      row.last_report_start = row.watch.started;
      break;
    case Verdict::kCleared:
      connections_.Close(number);
      break;
    case Verdict::kNothing:
      break;
  }
}

// `idle`: how many empty periods before `end` are closed along with one.
void Traffic::EndPeriod(CaptureId capture, int64_t end, int64_t idle) {
  const int64_t first_end = end - idle * options_.averaging_period.count();
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    SubnetRow& row = subnets_[i];
    if (!row.used || row.capture != capture) continue;
    const uint64_t bytes = row.counters.bytes - row.period_start.bytes;
    if (row.counters.packets != row.period_start.packets) {
      row.last_active = static_cast<uint32_t>(first_end);
    }
    row.rank = IdleRank(NextRank(row.rank, bytes), idle);
    row.period_start = row.counters;
    row.carried = {};
    row.age = OlderBy(row.age, 1 + idle);
    history_.Add(i, row.bandwidth, 1 + idle);
  }
  EndHostPeriod(hosts_, capture, first_end, idle);
  connections_.EndPeriod();
  RetireIdle(capture, end);
  AdmitSubnets(capture, end);
  AdmitHosts(capture, end);
}

void Traffic::RetireIdle(CaptureId capture, int64_t now) {
  const int64_t timeout = options_.hosts.idle_timeout.count();
  const std::vector<Key> hosts = IdleHosts(hosts_, capture, now, timeout);
  for (const Key& key : hosts) EraseHost(key);
  table_counters_.hosts_idle += hosts.size();

  std::vector<uint32_t> subnets;
  for (uint32_t i = 0; i < subnets_.max_discovered(); ++i) {
    const SubnetRow& row = subnets_[i];
    if (row.used && row.capture == capture && !row.watch.active &&
        now - int64_t{row.last_active} >= timeout) {
      subnets.push_back(i);
    }
  }
  EraseSubnets(subnets, table_counters_.hosts_idle);
  table_counters_.subnets_idle += subnets.size();
}

void Traffic::EraseHost(const Key& key) {
  const HostRow& host = *hosts_.Find(key, hosts_.HashOf(key));
  SubnetRow& subnet = subnets_[host.subnet];
  subnet.counters.retired_receive_bytes += host.receive_bytes;
  subnet.counters.retired_transmit_bytes += host.transmit_bytes;
  --subnet.hosts;
  hosts_.Erase(key);
}

void Traffic::EraseSubnets(const std::vector<uint32_t>& rows,
                           uint64_t& hosts_counter) {
  if (rows.empty()) return;
  std::vector<bool> leaving(subnets_.rows(), false);
  for (const uint32_t row : rows) leaving[row] = true;
  std::vector<Key> hosts;
  hosts_.ForEach([&](const HostRow& host) {
    if (leaving[host.subnet]) hosts.push_back(host.key());
  });
  for (const Key& key : hosts) EraseHost(key);
  hosts_counter += hosts.size();
  for (const uint32_t row : rows) subnets_.Remove(row);
}

void Traffic::ForgetCapture(CaptureId capture) {
  std::vector<Key> hosts;
  hosts_.ForEach([&](const HostRow& host) {
    if (host.capture == capture) hosts.push_back(host.key());
  });
  for (const Key& key : hosts) EraseHost(key);
  table_counters_.hosts_idle += hosts.size();
  const auto [begin, past] = subnets_.RowsOf(capture);
  for (uint32_t i = begin; i < past; ++i) {
    if (!subnets_[i].used || subnets_[i].capture != capture) continue;
    connections_.Close(i);
    if (subnets_[i].named != SubnetRow::kDiscovered) {
      subnets_.Reset(i);
      continue;
    }
    subnets_.Remove(i);
    ++table_counters_.subnets_idle;
  }
  new_hosts_.Take(capture);
  new_subnets_.Take(capture);
  host_credit_.TakePeriod(capture);
  subnet_credit_.TakePeriod(capture);
  captures_[capture] = {};
  outages_[capture] = {};
  subnets_.SetOwnNetworks(capture, {});
}

void Traffic::AdmitSubnets(CaptureId capture, int64_t now) {
  const uint64_t period_bytes = subnet_credit_.TakePeriod(capture);
  NewcomerSketch::Taken taken = new_subnets_.Take(capture);
  // Room that another capture's period made may have been taken meanwhile.
  std::erase_if(taken.newcomers, [this](const Newcomer& newcomer) {
    const Key& key = newcomer.key;
    return subnets_.Find(key.capture, key.address) != SubnetTable::kNone;
  });
  if (taken.newcomers.empty()) return;

  const uint32_t max = subnets_.max_discovered();
  std::vector<Incumbent> incumbents;
  for (uint32_t i = 0; i < max; ++i) {
    const SubnetRow& row = subnets_[i];
    if (!row.used || row.watch.active) continue;
    incumbents.push_back({row.rank, row.key(), row.age});
  }
  const size_t room =
      std::min<size_t>(max - subnets_.discovered(), taken.newcomers.size());
  for (size_t i = 0; i < room; ++i) AdmitSubnet(taken.newcomers[i], now);
  taken.newcomers.erase(
      taken.newcomers.begin(),
      taken.newcomers.begin() + static_cast<std::ptrdiff_t>(room));

  const std::vector<Replacement> replacements =
      ChooseReplacements(taken, incumbents, max, period_bytes);
  std::vector<uint32_t> leaving;
  leaving.reserve(replacements.size());
  for (const Replacement& replacement : replacements) {
    leaving.push_back(
        subnets_.Find(replacement.out.capture, replacement.out.address));
  }
  EraseSubnets(leaving, table_counters_.hosts_outranked);
  table_counters_.subnets_outranked += leaving.size();
  for (const Replacement& replacement : replacements) {
    AdmitSubnet(replacement.in, now);
  }
}

void Traffic::AdmitSubnet(const Newcomer& newcomer, int64_t now) {
  const Key& key = newcomer.key;
  SubnetRow& row = subnets_[subnets_.Discover(key.capture, key.address)];
  row.rank = newcomer.bytes;
  row.last_active = static_cast<uint32_t>(now);
}

void Traffic::AdmitHosts(CaptureId capture, int64_t now) {
  const uint64_t period_bytes = host_credit_.TakePeriod(capture);
  NewcomerSketch::Taken taken = new_hosts_.Take(capture);
  // A host is nothing without its subnet, which may have gone meanwhile.
  std::erase_if(taken.newcomers, [this](const Newcomer& newcomer) {
    const Key& key = newcomer.key;
    return subnets_.Find(key.capture, key.address) == SubnetTable::kNone;
  });
  const HostChanges changes =
      ChooseHosts(hosts_, std::move(taken), period_bytes);
  for (const Newcomer& newcomer : changes.admitted) AdmitHost(newcomer, now);
  for (const Replacement& replacement : changes.replaced) {
    EraseHost(replacement.out);
    ++table_counters_.hosts_outranked;
    AdmitHost(replacement.in, now);
  }
}

// The host's bytes so far were untracked and stay so: its series starts at 0.
void Traffic::AdmitHost(const Newcomer& newcomer, int64_t now) {
  const Key& key = newcomer.key;
  HostRow& host = *hosts_.Insert(key, hosts_.HashOf(key));
  host.subnet = subnets_.Find(key.capture, key.address);
  host.rank = newcomer.bytes;
  host.last_active = static_cast<uint32_t>(now);
  ++subnets_[host.subnet].hosts;
  ++table_counters_.host_admissions;
}

void Traffic::ShiftClock(int64_t seconds) {
  const auto shifted = [seconds](uint32_t stamp) {
    return static_cast<uint32_t>(
        std::clamp<int64_t>(stamp + seconds, 0, UINT32_MAX));
  };
  for (uint32_t i = 0; i < subnets_.rows(); ++i) {
    SubnetRow& row = subnets_[i];
    if (!row.used) continue;
    row.last_active = shifted(row.last_active);
    row.watch.Shift(seconds);
    // A report from the future would be an alert until that time has come.
    if (seconds < 0 && row.last_report != 0) {
      row.last_report = std::max<int64_t>(1, row.last_report + seconds);
      row.last_report_start =
          std::max<int64_t>(1, row.last_report_start + seconds);
    }
  }
  hosts_.ForEach(
      [&](HostRow& row) { row.last_active = shifted(row.last_active); });
  connections_.ShiftClock(seconds);
  for (Outage& outage : outages_) {
    outage.begin += seconds;
    outage.end += seconds;
  }
}

void Traffic::Tick() {
  for (uint32_t i = 0; i < subnets_.rows(); ++i) {
    SubnetRow& row = subnets_[i];
    if (row.used) row.recent.Add(row.counters.bytes);
  }
}

}  // namespace ipband
