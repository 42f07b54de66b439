// SPDX-License-Identifier: Apache-2.0
//
// The same random packets, times and restarts through the real meter and the
// naive one: every dump and every counter must agree.
#include <gtest/gtest.h>

#include <random>

#include "collectors/meter/meters.h"
#include "tests/support/naive_meter.h"

namespace ipband {
namespace {

using test::NaiveDump;
using test::NaiveMeter;

const std::vector<std::string> kInterfaces = {"eth0", "eth1", "wlan0"};

class Script {
 public:
  explicit Script(uint32_t seed) : random_(seed), options_(RandomOptions()) {
    naive_ = std::make_unique<NaiveMeter>(options_);
    Begin();
    now_.assign(kInterfaces.size(), 1'700'000'000 + Random(100));
  }

  void Run() {
    for (int turn = 0; turn < 120 && !testing::Test::HasFailure(); ++turn) {
      Turn();
      Compare();
    }
  }
  size_t told() const { return naive_->told.size(); }

 private:
  int64_t Random(int64_t below) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(below));
  }
  bool OneIn(int64_t n) { return Random(n) == 0; }

  Address RandomAddress() {
    const auto low = static_cast<uint64_t>(Random(1 + Random(16)));
    return OneIn(4) ? Address::V6(0x20010db8, low)
                    : Address::V4(0x0a000000 + static_cast<uint32_t>(low));
  }

  AddressPattern RandomPattern() {
    AddressPattern pattern;
    if (OneIn(3)) return pattern;
    const Address address = RandomAddress();
    const uint64_t mask = OneIn(2) ? UINT32_MAX : UINT32_MAX << Random(5);
    pattern.any = false;
    pattern.mask = {address.family,
                    address.family == Family::kIpv4 ? 0 : UINT64_MAX, mask};
    pattern.network = address;
    pattern.network.low &= mask;
    return pattern;
  }

  void SetRules(MeterOptions& options) {
    options.interfaces.clear();
    if (OneIn(4)) options.interfaces = {"eth*"};
    options.rules.clear();
    for (int64_t n = 1 + Random(4); n > 0; --n) {
      LogRule& rule = options.rules.emplace_back();
      rule.count =
          static_cast<LogRule::Count>(n == 1 && OneIn(2) ? 3 : Random(4));
      rule.host = RandomPattern();
      rule.peer = OneIn(2) ? AddressPattern{} : RandomPattern();
      rule.not_with = !rule.peer.any && OneIn(3);
    }
  }

  MeterOptions RandomOptions() {
    MeterOptions options;
    options.name = "m";
    SetRules(options);
    options.length = OneIn(2) ? LengthKind::kIp : LengthKind::kFrame;
    options.require_checksum = OneIn(4);
    const int64_t every =
        std::vector<int64_t>{1, 2, 5, 7, 60}[static_cast<size_t>(Random(5))];
    options.dump = {std::chrono::seconds(every),
                    std::chrono::seconds(Random(3 * every))};
    options.clear = static_cast<MeterClear>(Random(3));
    options.clear_grid = {
        std::chrono::seconds(every * (1 + Random(4))),
        options.dump.after +
            std::chrono::seconds(every * Random(3) + (OneIn(8) ? 1 : 0))};
    options.max_hosts =
        std::vector<uint32_t>{0, 3, 10, 1000}[static_cast<size_t>(Random(4))];
    options.max_series = OneIn(3) ? 4 : 100;
    return options;
  }

  // The program starts with some of the interfaces.
  void Begin() {
    meters_ = std::make_unique<Meters>(
        std::vector{options_}, std::chrono::hours(24), 4711,
        [this](Dump dump) { dumps_.push_back(std::move(dump)); });
    captures_ = 0;
  }

  void Add() {
    if (captures_ == kInterfaces.size()) return;
    // Not always the same one first.
    const std::string& interface =
        kInterfaces[(captures_ + shift_) % kInterfaces.size()];
    meters_->AddCapture(static_cast<CaptureId>(captures_), interface);
    naive_->AddCapture(captures_, interface);
    ++captures_;
  }

  void Restart() {
    MetersState state = meters_->StateAt(now_[0]);
    Begin();
    meters_->Restore(std::move(state));
    naive_->Restart(now_[0]);
    shift_ = static_cast<size_t>(Random(3));
    for (int64_t n = 1 + Random(3); n > 0; --n) Add();
    std::fill(now_.begin(), now_.end(),
              *std::max_element(now_.begin(), now_.end()) - Random(5));
    if (OneIn(4)) MoveClock(-Random(10'000));
  }

  void MoveClock(int64_t seconds) {
    for (int64_t& now : now_) now += seconds;
  }

  void SetClock() {
    const int64_t size = OneIn(2) ? 3 * options_.dump.every.count() : 10'000;
    const int64_t seconds = Random(2 * size) - size;
    MoveClock(seconds);
    const int64_t now = *std::max_element(now_.begin(), now_.end());
    meters_->ClockSet(seconds, now);
    naive_->ClockSet(seconds, now);
  }

  void Turn() {
    if (captures_ == 0 || OneIn(15)) Add();
    if (OneIn(30)) Restart();
    if (OneIn(20)) SetClock();
    const auto capture =
        static_cast<size_t>(Random(static_cast<int64_t>(captures_)));
    const auto id = static_cast<CaptureId>(capture);
    int64_t& now = now_[capture];
    now += Random(1 + options_.dump.every.count());
    if (OneIn(25)) now += Random(2500) * options_.dump.every.count();
    if (OneIn(25)) now -= Random(3 * options_.dump.every.count());
    EXPECT_EQ(meters_->IsDue(id, now), naive_->IsDue(capture, now));
    if (OneIn(8) || meters_->IsDue(id, now)) {
      meters_->Reach(id, now);
      naive_->Reach(capture, now);
    }
    if (!OneIn(4)) Packets(capture);
    if (OneIn(60)) {
      meters_->EndCapture(id);
      naive_->EndCapture(capture);
    }
    if (OneIn(60)) {
      const std::string& interface =
          kInterfaces[static_cast<size_t>(Random(3))];
      meters_->Reassign(id, interface);
      naive_->AddCapture(capture, interface);
    }
    if (OneIn(40)) {
      SetRules(options_);
      meters_->Reconfigure(meters_->Prepare({options_}));
      naive_->Reconfigure(options_);
    }
    if (OneIn(10)) meters_->EndPeriod(now);
    if (OneIn(10)) {
      naive_->told.push_back(naive_->DumpNow(now));
      meters_->DumpNow(now);
    }
  }

  void Packets(size_t capture) {
    std::vector<Packet> packets(static_cast<size_t>(Random(100)));
    for (Packet& packet : packets) {
      packet.source = RandomAddress();
      packet.destination = OneIn(20) ? packet.source : RandomAddress();
      packet.ip_length = static_cast<uint32_t>(Random(1500));
      packet.frame_length = packet.ip_length + 14;
      packet.bad_checksum = OneIn(6);
      naive_->Account(capture, packet);
    }
    meters_->Account(static_cast<CaptureId>(capture), packets);
  }

  void Compare() {
    ASSERT_EQ(dumps_.size(), naive_->told.size());
    for (; compared_ < dumps_.size(); ++compared_) {
      const Dump& real = dumps_[compared_];
      NaiveDump told;
      told.interfaces = real.interfaces;
      told.at = real.at;
      told.since = real.since;
      told.scheduled = real.scheduled;
      told.cleared = real.cleared;
      for (const DumpPart& part : real.parts) told.Add(part);
      ASSERT_EQ(told, naive_->told[compared_]);
      dumps_[compared_].parts.clear();
    }
    CompareSnapshot();
  }

  void CompareSnapshot() {
    const MeterSnapshot real = meters_->TakeSnapshot(true).at(0);
    const NaiveDump expected = naive_->DumpNow(0);
    EXPECT_EQ(real.since, naive_->since);
    EXPECT_EQ(real.next_dump, naive_->scheduled ? naive_->next : 0);
    NaiveDump tables = expected;
    tables.rows.clear();
    tables.not_shown = {};
    tables.hidden = 0;
    tables.more_hidden = false;
    for (const DumpPart& part : real.tables) tables.Add(part);
    EXPECT_EQ(tables, expected);
    uint64_t in = 0;
    uint64_t out = 0;
    for (const auto& [host, bytes] : expected.rows) {
      in += bytes.in;
      out += bytes.out;
    }
    EXPECT_EQ(real.table_in, in);
    EXPECT_EQ(real.table_out, out);
    EXPECT_EQ(real.not_shown.hosts, expected.hidden);
    EXPECT_EQ(real.not_shown.in, expected.not_shown.in);
    CompareSeries(real);
  }

  void CompareSeries(const MeterSnapshot& real) {
    uint64_t receive =
        real.untracked_receive_bytes + real.retired_receive_bytes;
    uint64_t transmit =
        real.untracked_transmit_bytes + real.retired_transmit_bytes;
    const bool all_have_series = receive == 0 && transmit == 0;
    for (const MeterSeriesRow& row : real.series) {
      receive += row.receive_bytes;
      transmit += row.transmit_bytes;
      if (!all_have_series) continue;
      EXPECT_EQ(row.receive_bytes, naive_->ever[row.address].in);
      EXPECT_EQ(row.transmit_bytes, naive_->ever[row.address].out);
    }
    for (const auto& [host, bytes] : naive_->ever) {
      receive -= bytes.in;
      transmit -= bytes.out;
    }
    EXPECT_EQ(receive, 0u);
    EXPECT_EQ(transmit, 0u);
    EXPECT_LE(real.series.size(), real.max_series);
  }

  std::mt19937 random_;
  MeterOptions options_;
  std::unique_ptr<Meters> meters_;
  std::unique_ptr<NaiveMeter> naive_;
  std::vector<int64_t> now_;  // by capture
  size_t captures_ = 0;
  size_t shift_ = 0;
  std::vector<Dump> dumps_;
  size_t compared_ = 0;
};

TEST(MetersAgainstNaive, AgreeOnEveryDumpAndCounter) {
  size_t told = 0;
  for (uint32_t seed = 1; seed <= 200; seed += IPBAND_SEED_STEP) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Script script(seed);
    script.Run();
    told += script.told();
    if (HasFailure()) return;
  }
  EXPECT_GT(told, 10'000u / IPBAND_SEED_STEP);
}

}  // namespace
}  // namespace ipband
