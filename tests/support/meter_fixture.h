// SPDX-License-Identifier: Apache-2.0
//
// Meters and what they have told, for tests that drive them by hand.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collectors/meter/meters.h"

namespace ipband::test {

inline MeterOptions MeterEvery(int64_t every,
                               MeterClear clear = MeterClear::kAlways) {
  MeterOptions options;
  options.name = "m";
  options.rules = {LogRule{}};
  options.dump.every = std::chrono::seconds(every);
  options.clear = clear;
  options.clear_grid.every = std::chrono::seconds(3 * every);
  return options;
}

inline Address Host(uint32_t number) { return Address::V4(number); }

class MeterBench {
 public:
  explicit MeterBench(std::vector<MeterOptions> options) { Start(options); }

  // A new run, with what the last one has left.
  void Restart(const std::vector<MeterOptions>& options) {
    MetersState state = meters->StateAt(0);
    Start(options);
    meters->Restore(std::move(state));
  }

  // As those who capture do: time first, then the packet.
  void Send(CaptureId capture, int64_t second, uint32_t from, uint32_t to,
            uint32_t bytes) {
    Reach(capture, second);
    Packet packet;
    packet.source = Host(from);
    packet.destination = Host(to);
    packet.ip_length = bytes;
    packet.frame_length = bytes + 14;
    meters->Account(capture, {&packet, 1});
  }
  void Reach(CaptureId capture, int64_t second) {
    if (meters->IsDue(capture, second)) meters->Reach(capture, second);
  }

  // The times of all dumps so far.
  std::vector<int64_t> times() const {
    std::vector<int64_t> at;
    for (const Dump& dump : dumps) at.push_back(dump.at);
    return at;
  }

  std::unique_ptr<Meters> meters;
  std::vector<Dump> dumps;

 private:
  void Start(const std::vector<MeterOptions>& options) {
    meters = std::make_unique<Meters>(
        options, std::chrono::hours(24), 4711,
        [this](Dump dump) { dumps.push_back(std::move(dump)); });
  }
};

// "1:in/out 2:in/out", hosts of all parts in order.
inline std::string TableOf(const Dump& dump) {
  std::map<Address, std::pair<uint64_t, uint64_t>> sum;
  for (const DumpPart& part : dump.parts) {
    for (const DumpRow& row : *part.rows) {
      sum[row.address].first += row.in;
      sum[row.address].second += row.out;
    }
  }
  std::string text;
  for (const auto& [host, bytes] : sum) {
    text += (text.empty() ? "" : " ") + std::to_string(host.low) + ":" +
            std::to_string(bytes.first) + "/" + std::to_string(bytes.second);
  }
  return text;
}

inline NotShown NotShownOf(const Dump& dump) {
  NotShown sum;
  for (const DumpPart& part : dump.parts) {
    sum.hosts += part.not_shown.hosts;
    sum.more_hosts |= part.not_shown.more_hosts;
    sum.in += part.not_shown.in;
    sum.out += part.not_shown.out;
  }
  return sum;
}

}  // namespace ipband::test
