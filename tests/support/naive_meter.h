// SPDX-License-Identifier: Apache-2.0
//
// A meter as obvious as can be: maps, loops over every time of the grid, a
// copy of the table for each dump. What Meters says is compared with this.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/decode/packet.h"
#include "collectors/meter/dump.h"
#include "collectors/meter_options.h"

namespace ipband::test {

struct NaiveBytes {
  uint64_t in = 0;
  uint64_t out = 0;
  bool operator==(const NaiveBytes&) const = default;
};

using NaiveRows = std::map<Address, NaiveBytes>;

// A table, or the sum of several.
struct NaiveTable {
  NaiveRows rows;
  std::set<Address> hidden;  // found it full
  uint64_t unknown = 0;      // hidden in a former run
  bool more = false;
  NaiveBytes not_shown;

  uint64_t hidden_hosts() const {
    return std::max<uint64_t>(hidden.size(), unknown);
  }
  bool more_hidden() const { return more || (unknown > 0 && !hidden.empty()); }
  bool empty() const {
    return rows.empty() && hidden_hosts() == 0 && not_shown == NaiveBytes{};
  }
};

struct NaiveDump {
  std::vector<std::string> interfaces;
  int64_t at = 0;
  int64_t since = 0;
  bool scheduled = true;
  bool cleared = false;
  NaiveRows rows;
  uint64_t hidden = 0;
  bool more_hidden = false;
  NaiveBytes not_shown;

  void Add(const NaiveTable& table);
  void Add(const DumpPart& part);
  bool operator==(const NaiveDump&) const = default;
};
void PrintTo(const NaiveDump& dump, std::ostream* out);

struct NaiveSource {
  struct Waiting {
    NaiveTable table;
    bool fresh = false;
    bool taken = false;
  };
  std::string interface;
  bool counted = false;
  bool ended = false;
  bool started = false;
  bool changed = false;
  int64_t next = 0;
  int64_t restored = 0;
  NaiveTable table;
  std::map<int64_t, Waiting> waiting;

  bool dumps_wait() const { return counted && !ended; }
};

class NaiveMeter {
 public:
  explicit NaiveMeter(const MeterOptions& options) : options_(options) {}

  void AddCapture(size_t capture, const std::string& interface);
  void EndCapture(size_t capture);
  bool IsDue(size_t capture, int64_t second) const;
  void Reach(size_t capture, int64_t second);
  void Account(size_t capture, const Packet& packet);
  NaiveDump DumpNow(int64_t now) const;
  // Other rules or interfaces, nothing else.
  void Reconfigure(const MeterOptions& options);
  void ClockSet(int64_t seconds, int64_t now);
  // The program ends and begins anew; captures are added again.
  void Restart(int64_t now);

  std::vector<NaiveDump> told;
  std::map<Address, NaiveBytes> ever;  // all that was counted
  int64_t since = 0;
  int64_t next = 0;
  bool scheduled = false;

 private:
  bool Clears(int64_t at) const;
  int64_t Behind(int64_t second) const;
  bool IsFarAhead(int64_t at, int64_t second) const;
  int64_t Resumed(int64_t saved, int64_t second) const;
  void BelieveClock(int64_t now);
  void GoOnWith(int64_t at);
  void TellAll();
  void TellBefore(int64_t end);
  void TellUpTo(int64_t end);
  void AccountEnd(size_t capture, const Address& host, const Address& peer,
                  bool sent, uint64_t bytes);
  void Put(NaiveTable& table, const Address& host, const NaiveBytes& bytes);
  size_t Rows() const;
  void Start(NaiveSource& source, int64_t second);
  void CutUpTo(NaiveSource& source, int64_t last);
  void Tell();
  void TellOne(int64_t at);
  void Cleared(int64_t at);
  NaiveDump NewDump(int64_t at) const;

  MeterOptions options_;
  std::vector<NaiveSource> sources_;
  std::vector<NaiveSource> orphans_;
  bool told_any_ = false;
  int64_t saved_at_ = 0;
  int64_t patience_ends_ = INT64_MAX;
};

}  // namespace ipband::test
