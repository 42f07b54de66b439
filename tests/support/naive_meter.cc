// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_meter.h"

#include <fnmatch.h>

#include <ostream>

namespace ipband::test {

void NaiveDump::Add(const NaiveTable& table) {
  for (const auto& [host, bytes] : table.rows) {
    rows[host].in += bytes.in;
    rows[host].out += bytes.out;
  }
  hidden += table.hidden_hosts();
  more_hidden |= table.more_hidden();
  not_shown.in += table.not_shown.in;
  not_shown.out += table.not_shown.out;
}

void NaiveDump::Add(const DumpPart& part) {
  for (const DumpRow& row : *part.rows) {
    rows[row.address].in += row.in;
    rows[row.address].out += row.out;
  }
  hidden += part.not_shown.hosts;
  more_hidden |= part.not_shown.more_hosts;
  not_shown.in += part.not_shown.in;
  not_shown.out += part.not_shown.out;
}

void PrintTo(const NaiveDump& dump, std::ostream* out) {
  *out << (dump.scheduled ? "at " : "now ") << dump.at << " since "
       << dump.since << (dump.cleared ? " cleared" : "") << " of";
  for (const std::string& interface : dump.interfaces) *out << " " << interface;
  for (const auto& [host, bytes] : dump.rows) {
    *out << "\n  " << ToString(host) << " " << bytes.in << " " << bytes.out;
  }
  *out << "\n  not shown: " << dump.hidden << (dump.more_hidden ? "+ " : " ")
       << dump.not_shown.in << " " << dump.not_shown.out << "\n";
}

void NaiveMeter::AddCapture(size_t capture, const std::string& interface) {
  if (sources_.size() <= capture) sources_.resize(capture + 1);
  NaiveSource& source = sources_[capture];
  source.interface = interface;
  source.ended = false;
  source.counted = !options_.rules.empty() && options_.interfaces.empty();
  for (const std::string& pattern : options_.interfaces) {
    if (fnmatch(pattern.c_str(), interface.c_str(), 0) == 0) {
      source.counted = true;
    }
  }
  if (!source.counted) return;
  for (const NaiveSource& orphan : orphans_) {
    if (orphan.interface != interface) continue;
    for (const auto& [host, bytes] : orphan.table.rows) {
      Put(source.table, host, bytes);
    }
    source.table.unknown += orphan.table.unknown;
    source.table.more |= orphan.table.more;
    source.table.not_shown.in += orphan.table.not_shown.in;
    source.table.not_shown.out += orphan.table.not_shown.out;
    source.restored = source.restored == 0
                          ? orphan.next
                          : std::min(source.restored, orphan.next);
    source.changed = true;
  }
  std::erase_if(orphans_, [&](const NaiveSource& orphan) {
    return orphan.interface == interface;
  });
}

void NaiveMeter::Reconfigure(const MeterOptions& options) {
  options_ = options;
  for (size_t i = 0; i < sources_.size(); ++i) {
    const bool ended = sources_[i].ended;
    AddCapture(i, sources_[i].interface);
    sources_[i].ended = ended;
  }
  Tell();
}

void NaiveMeter::EndCapture(size_t capture) {
  sources_[capture].ended = true;
  Tell();
}

bool NaiveMeter::IsDue(size_t capture, int64_t second) const {
  const NaiveSource& source = sources_[capture];
  return source.dumps_wait() &&
         (!source.started || source.next <= second || patience_ends_ <= second);
}

bool NaiveMeter::Clears(int64_t at) const {
  const auto off = at - options_.clear_grid.after.count();
  return options_.clear == MeterClear::kAlways ||
         (options_.clear == MeterClear::kEvery &&
          off % options_.clear_grid.every.count() == 0);
}

int64_t NaiveMeter::Behind(int64_t second) const {
  int64_t at = second + 1;
  while ((at - options_.dump.after.count()) % options_.dump.every.count() !=
         0) {
    ++at;
  }
  return at;
}

int64_t NaiveMeter::Resumed(int64_t saved, int64_t second) const {
  const bool can_be =
      saved > 0 && !IsFarAhead(saved, std::max(second, saved_at_));
  return can_be ? Behind(saved - 1) : 0;
}

bool NaiveMeter::IsFarAhead(int64_t at, int64_t second) const {
  return at > second + 2 * options_.dump.every.count();
}

void NaiveMeter::Start(NaiveSource& source, int64_t second) {
  int64_t first = 0;
  if (!scheduled) {
    for (auto* list : {&sources_, &orphans_}) {
      for (NaiveSource& other : *list) {
        int64_t& saved = list == &sources_ ? other.restored : other.next;
        saved = Resumed(saved, second);
        if (saved != 0 && (first == 0 || saved < first)) first = saved;
      }
    }
  }
  const bool behind = first != 0 && IsFarAhead(first, second);
  if (behind) patience_ends_ = second + 3600;
  if (!told_any_ && !behind && (since <= 0 || since > second)) {
    since = std::max<int64_t>(1, second);
  }
  if (first != 0) {
    scheduled = told_any_ = true;
    next = first;
    since = std::clamp<int64_t>(since, 1, first);
  }
  const int64_t resumed = Resumed(source.restored, second);
  source.next = resumed != 0 ? resumed : Behind(second);
  if (told_any_) {
    source.next = std::max(source.next, next);
  } else {
    next = scheduled ? std::min(next, source.next) : source.next;
  }
  scheduled = source.started = true;
}

void NaiveMeter::CutUpTo(NaiveSource& source, int64_t last) {
  for (; source.next <= last; source.next += options_.dump.every.count()) {
    NaiveSource::Waiting& waiting = source.waiting[source.next];
    waiting.table = source.table;
    waiting.fresh = source.changed;
    waiting.taken = Clears(source.next);
    source.changed = false;
    if (waiting.taken) source.table = {};
  }
}

void NaiveMeter::Reach(size_t capture, int64_t second) {
  NaiveSource& source = sources_[capture];
  if (!source.dumps_wait()) return;
  if (!source.started) Start(source, second);
  if (patience_ends_ <= second) BelieveClock(second);
  CutUpTo(source, second);
  Tell();
}

void NaiveMeter::ClockSet(int64_t seconds, int64_t now) {
  if (!scheduled) return;
  const int64_t every = options_.dump.every.count();
  const bool waits = patience_ends_ != INT64_MAX;
  if (waits) patience_ends_ += seconds;
  if (seconds <= 0) {
    const bool puts_off = next > now + std::max<int64_t>(2 * every, 3600);
    if (!waits && puts_off) BelieveClock(now);
    return;
  }
  if (!IsFarAhead(next, now)) patience_ends_ = INT64_MAX;
  const bool told_any = told_any_;
  if (!told_any) since = std::min(since + seconds, now);
  if (next > now) return;
  TellAll();
  if (next > now) return;
  if (told_any && since <= next - every) {
    TellBefore(next + every);
    for (int64_t at = next; at <= now; at += every) {
      if (!Clears(at)) continue;
      for (NaiveSource& source : sources_) source.table = {};
      Cleared(at);
    }
  }
  GoOnWith(Behind(now));
}

void NaiveMeter::BelieveClock(int64_t now) {
  saved_at_ = 0;
  patience_ends_ = INT64_MAX;
  if (!IsFarAhead(next, now)) return;
  TellAll();
  GoOnWith(Behind(now));
  since = std::min(since, now);
}

void NaiveMeter::GoOnWith(int64_t at) {
  next = at;
  for (NaiveSource& source : sources_) source.next = at;
  for (NaiveSource& orphan : orphans_) orphan.next = std::min(orphan.next, at);
}

// As if nothing more came from anybody.
void NaiveMeter::TellAll() {
  int64_t end = next;
  bool any = false;
  for (const NaiveSource& source : sources_) {
    if (source.started) end = std::max(end, source.next);
    any |= !source.waiting.empty();
  }
  if (any) TellBefore(end);
}

void NaiveMeter::TellBefore(int64_t end) {
  std::vector<bool> ended;
  for (NaiveSource& source : sources_) {
    ended.push_back(source.ended);
    source.ended = true;
  }
  TellUpTo(end);
  for (size_t i = 0; i < ended.size(); ++i) sources_[i].ended = ended[i];
}

void NaiveMeter::Tell() {
  if (!scheduled) return;
  int64_t slowest = INT64_MAX;
  int64_t fastest = next;
  for (const NaiveSource& source : sources_) {
    if (source.started) fastest = std::max(fastest, source.next);
    if (!source.dumps_wait()) continue;
    if (!source.started) return;
    slowest = std::min(slowest, source.next);
  }
  TellUpTo(slowest == INT64_MAX ? fastest : slowest);
}

void NaiveMeter::TellUpTo(int64_t end) {
  if (next >= end) return;
  for (NaiveSource& source : sources_) {
    if (source.dumps_wait()) continue;
    if (!source.started) source.next = next;
    source.started = true;
    CutUpTo(source, end - 1);
  }
  const int64_t every = options_.dump.every.count();
  while (next < end) {
    // A dump that has something, and all the idle ones after it.
    std::vector<int64_t> group = {next};
    const auto fresh = [&](int64_t at) {
      return std::any_of(sources_.begin(), sources_.end(), [&](auto& source) {
        const auto found = source.waiting.find(at);
        return found != source.waiting.end() && found->second.fresh;
      });
    };
    for (int64_t at = next + every; at < end && !fresh(at); at += every) {
      group.push_back(at);
    }
    for (size_t i = 0; i < group.size(); ++i) {
      const bool left_out = i > 0 && i + 999 < group.size();
      if (!left_out) TellOne(group[i]);
      if (Clears(group[i])) Cleared(group[i]);
    }
    next = group.back() + every;
  }
  for (NaiveSource& source : sources_) {
    source.waiting.erase(source.waiting.begin(),
                         source.waiting.lower_bound(next));
  }
}

void NaiveMeter::TellOne(int64_t at) {
  NaiveDump dump = NewDump(at);
  dump.cleared = Clears(at);
  for (const NaiveSource& source : sources_) {
    const auto found = source.waiting.find(at);
    if (found != source.waiting.end()) dump.Add(found->second.table);
  }
  for (const NaiveSource& orphan : orphans_) {
    if (orphan.next <= at) dump.Add(orphan.table);
  }
  told.push_back(dump);
  told_any_ = true;
}

void NaiveMeter::Cleared(int64_t at) {
  since = std::max(since, at);
  std::erase_if(orphans_, [&](const auto& o) { return o.next <= at; });
}

NaiveDump NaiveMeter::NewDump(int64_t at) const {
  NaiveDump dump;
  for (const NaiveSource& source : sources_) {
    if (source.counted) dump.interfaces.push_back(source.interface);
  }
  dump.at = at;
  dump.since = since > 0 ? since : at;
  return dump;
}

NaiveDump NaiveMeter::DumpNow(int64_t now) const {
  NaiveDump dump = NewDump(now);
  dump.scheduled = false;
  for (const NaiveSource& source : sources_) {
    dump.Add(source.table);
    for (const auto& [at, waiting] : source.waiting) {
      if (waiting.taken) dump.Add(waiting.table);
    }
  }
  for (const NaiveSource& orphan : orphans_) dump.Add(orphan.table);
  return dump;
}

size_t NaiveMeter::Rows() const {
  size_t rows = 0;
  for (const NaiveSource& source : sources_) rows += source.table.rows.size();
  return rows;
}

void NaiveMeter::Put(NaiveTable& table, const Address& host,
                     const NaiveBytes& bytes) {
  NaiveBytes* to = &table.not_shown;
  if (table.rows.contains(host) || Rows() < options_.max_hosts) {
    to = &table.rows[host];
  } else {
    table.hidden.insert(host);
  }
  to->in += bytes.in;
  to->out += bytes.out;
}

void NaiveMeter::AccountEnd(size_t capture, const Address& host,
                            const Address& peer, bool sent, uint64_t bytes) {
  for (size_t i = options_.rules.size(); i-- > 0;) {
    const LogRule& rule = options_.rules[i];
    if (!rule.host.Matches(host)) continue;
    const bool with = rule.peer.Matches(peer);
    if (rule.not_with ? with : !with) continue;
    if (rule.count == LogRule::Count::kNone) return;
    if (rule.count == LogRule::Count::kFrom && !sent) return;
    if (rule.count == LogRule::Count::kTo && sent) return;
    const NaiveBytes counted{sent ? 0 : bytes, sent ? bytes : 0};
    Put(sources_[capture].table, host, counted);
    sources_[capture].changed = true;
    ever[host].in += counted.in;
    ever[host].out += counted.out;
    return;
  }
}

void NaiveMeter::Account(size_t capture, const Packet& packet) {
  if (!sources_[capture].counted) return;
  if (options_.require_checksum && packet.bad_checksum) return;
  const uint64_t bytes = options_.length == LengthKind::kIp
                             ? packet.ip_length
                             : packet.frame_length;
  AccountEnd(capture, packet.source, packet.destination, true, bytes);
  AccountEnd(capture, packet.destination, packet.source, false, bytes);
}

namespace {

// An interface is saved once.
void Save(NaiveSource source, std::vector<NaiveSource>& saved) {
  for (NaiveSource& known : saved) {
    if (known.interface != source.interface) continue;
    known.next = std::max(known.next, source.next);
    for (const auto& [host, bytes] : source.table.rows) {
      known.table.rows[host].in += bytes.in;
      known.table.rows[host].out += bytes.out;
    }
    known.table.unknown += source.table.unknown;
    known.table.more |= source.table.more;
    known.table.not_shown.in += source.table.not_shown.in;
    known.table.not_shown.out += source.table.not_shown.out;
    return;
  }
  saved.push_back(std::move(source));
}

}  // namespace

void NaiveMeter::Restart(int64_t now) {
  const bool waits = !scheduled || patience_ends_ != INT64_MAX;
  saved_at_ = std::max(now, waits ? saved_at_ : 0);
  patience_ends_ = INT64_MAX;
  std::vector<NaiveSource> saved;
  for (NaiveSource& source : sources_) {
    if (!source.counted && source.waiting.empty() && source.table.empty()) {
      continue;
    }
    NaiveDump sum;
    sum.Add(source.table);
    for (const auto& [at, waiting] : source.waiting) {
      if (waiting.taken) sum.Add(waiting.table);
    }
    NaiveSource orphan;
    orphan.interface = source.interface;
    orphan.next = source.started ? source.next : source.restored;
    if (!source.waiting.empty()) orphan.next = source.waiting.begin()->first;
    orphan.table.rows = sum.rows;
    orphan.table.unknown = sum.hidden;
    orphan.table.more = sum.more_hidden;
    orphan.table.not_shown = sum.not_shown;
    Save(std::move(orphan), saved);
  }
  for (NaiveSource& orphan : orphans_) {
    if (told_any_) orphan.next = std::max(orphan.next, next);
    Save(orphan, saved);
  }
  size_t room = options_.max_hosts;
  for (NaiveSource& orphan : saved) {
    NaiveTable& table = orphan.table;
    while (table.rows.size() > room) {
      const auto last = std::prev(table.rows.end());
      ++table.unknown;
      table.not_shown.in += last->second.in;
      table.not_shown.out += last->second.out;
      table.rows.erase(last);
    }
    room -= table.rows.size();
  }
  orphans_ = saved;
  sources_.clear();
  ever.clear();
  scheduled = told_any_ = false;
  next = 0;
}

}  // namespace ipband::test
