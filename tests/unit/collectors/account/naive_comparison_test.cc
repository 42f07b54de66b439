// SPDX-License-Identifier: Apache-2.0
//
// The same random frames through the real intake and the naive one: every
// counter, every table row and every verdict must agree, and the identities
// must hold, whatever the caps, and however often the options change.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "collectors/account/intake.h"
#include "collectors/decode/decode.h"
#include "tests/support/frame_builder.h"
#include "tests/support/naive_accounting.h"

namespace ipband {
namespace {

using test::FrameBuilder;
using test::FrameBytes;
using test::NaiveAccounting;
using test::NaiveConnections;
using test::NaiveEvent;

struct Scenario {
  uint32_t seed = 0;
  uint32_t max_hosts = 500;
  uint32_t max_subnets = 256;
  bool named = false;
  int captures = 1;
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << "seed " << scenario.seed << ", hosts " << scenario.max_hosts
       << ", subnets " << scenario.max_subnets
       << (scenario.named ? ", named" : "") << ", captures "
       << scenario.captures;
}

AccountingOptions OptionsFor(const Scenario& scenario, std::mt19937& random) {
  AccountingOptions options;
  options.averaging_period = std::chrono::seconds(1 + random() % 7);
  options.length = random() % 2 == 0 ? LengthKind::kFrame : LengthKind::kIp;
  options.length_adjustment = random() % 3 == 0 ? -40 : 4;
  options.aggregate_ipv4 = random() % 2 == 0 ? 24 : 28;
  options.max_subnets = scenario.max_subnets;
  options.hosts.max = scenario.max_hosts;
  options.hosts.enabled = random() % 8 != 0;
  options.connections.max = random() % 4 == 0 ? 20 : 65536;
  options.hosts.idle_timeout = std::chrono::seconds(20 + random() % 60);
  options.local.automatic = false;
  options.local.any = random() % 4 == 0;
  options.local.ranges = {RangeOf(*ParsePrefix("10.0.0.0/8")),
                          RangeOf(*ParsePrefix("192.168.7.9/32")),
                          RangeOf(*ParsePrefix("2001:db8::/32"))};
  if (scenario.named) {
    options.local.any = true;
    options.subnets = {
        {{*ParsePrefix("10.0.1.0/24"), *ParsePrefix("2001:db8:0:1::/64")},
         "one",
         800.0},
        {{*ParsePrefix("10.0.2.0/23")}, "two", {}},
        {{*ParsePrefix("2001:db8:0:2::/64")}, "three", 0.0}};
  }
  return options;
}

ThresholdOptions ThresholdsFor(std::mt19937& random,
                               std::chrono::seconds period) {
  ThresholdOptions thresholds;
  if (random() % 4 != 0) thresholds.bytes_per_second = 300 + random() % 900;
  thresholds.judge = static_cast<Judge>(random() % 4);
  thresholds.report_period = period * (1 + random() % 4);
  if (random() % 2 == 0) {
    thresholds.clear_share = 0.5;
    thresholds.clear_after = period * (random() % 3);
  }
  if (random() % 2 == 0) thresholds.exclude = {*ParsePrefix("10.0.3.0/24")};
  return thresholds;
}

// Few subnets, heavy ones and light ones, remote ends, both families.
std::string RandomAddress(std::mt19937& random, bool v6) {
  const auto skewed = [&](unsigned n) {
    return (random() % n) % (1 + random() % n);
  };
  const std::string host = std::to_string(1 + skewed(200));
  const std::string net = std::to_string(skewed(12));
  const bool remote = random() % 3 == 0;
  if (v6) {
    return (remote ? "2a00:1:0:" : "2001:db8:0:") + net + "::" + host;
  }
  if (random() % 20 == 0) return "192.168.7." + host;
  return (remote ? "198.51." : "10.0.") + net + "." + host;
}

FrameBytes RandomFrame(std::mt19937& random) {
  FrameBuilder frame;
  frame.Ethernet();
  switch (random() % 12) {
    case 0:
      return frame.Arp().Build();
    case 1: {
      FrameBytes bytes = frame.Ipv4("10.0.1.1", "10.0.2.1").Build();
      bytes.resize(14 + random() % 20);
      return bytes;
    }
    case 2:
      frame.Vlan(7);
      break;
    default:
      break;
  }
  const bool v6 = random() % 3 == 0;
  const std::string source = RandomAddress(random, v6);
  const std::string destination =
      random() % 50 == 0 ? source : RandomAddress(random, v6);
  if (v6) {
    frame.Ipv6(source, destination);
  } else {
    frame.Ipv4(source, destination);
  }
  const auto port = [&] { return static_cast<uint16_t>(1 + random() % 3); };
  return frame.Udp(port(), port()).Payload(random() % 400).Build();
}

// The real thing and the naive one, side by side.
class Pair {
 public:
  Pair(const AccountingOptions& options, const ThresholdOptions& thresholds,
       int captures)
      : intake_(
            options, thresholds, 12345,
            {.verdict =
                 [this](const std::string& interface, const SubnetRow& subnet,
                        const ThresholdEvent& event) {
                   Told(interface, subnet, event);
                 }}),
        naive_(options, thresholds, captures) {
    for (int c = 0; c < captures; ++c) intake_.CaptureFor(std::to_string(c));
  }

  void Frame(int capture, int64_t second, const FrameBytes& frame) {
    if (std::exchange(current_, capture) != capture) {
      intake_.Flush();
      intake_.Begin(static_cast<CaptureId>(capture), LinkType::kEthernet, 0,
                    INT64_MAX);
    }
    pcap_pkthdr header{};
    header.ts.tv_sec = second;
    header.caplen = header.len = static_cast<uint32_t>(frame.size());
    intake_.OnFrame(header, frame.data());
    Packet packet;
    packet.frame_length = header.len;
    const Outcome outcome =
        Decode(LinkType::kEthernet, frame, header.len, packet);
    packet.frame_length = header.len;
    naive_.Frame(capture, second, outcome, packet);
  }

  void Flush() { intake_.Flush(); }
  bool IsOpen(int capture) const {
    return naive_.captures[static_cast<size_t>(capture)].open;
  }
  void Reach(int capture, int64_t second) {
    intake_.ReachSecond(static_cast<CaptureId>(capture), second);
    naive_.Reach(capture, second);
  }

  void Reconfigure(const AccountingOptions& options,
                   const ThresholdOptions& thresholds) {
    intake_.Reconfigure({options, thresholds}, {});
    naive_.Reconfigure(options, thresholds);
  }

  void Compare() {
    const Snapshot snapshot = intake_.TakeSnapshot();
    CompareCaptures(snapshot);
    CompareSubnets(snapshot);
    CompareHosts(snapshot);
    CompareEvents();
    CheckIdentities(snapshot);
  }
  size_t events() const { return events_.size(); }

 private:
  void Told(const std::string& interface, const SubnetRow& subnet,
            const ThresholdEvent& event) {
    NaiveEvent told{std::stoi(interface),   event.verdict,
                    subnet.prefix,          event.at,
                    event.exceeded_seconds, {}};
    OtherConnections others;
    if (event.verdict == Verdict::kReportDue) {
      const Report report = intake_.MakeReport(interface, subnet, event);
      others = report.others;
      for (const Connection& c : report.connections) {
        told.connections[{c.from, c.from_port, c.to, c.to_port, c.protocol}] = {
            c.from_bytes, c.to_bytes, c.packets, c.first_seen, c.last_seen};
      }
    }
    events_.push_back(told);
    others_.push_back(others);
  }

  // Where a table was too small, what it has and what it summed up is all.
  void CompareEvents() {
    ASSERT_EQ(events_.size(), naive_.events.size());
    for (size_t i = 0; i < events_.size(); ++i) {
      NaiveEvent expected = naive_.events[i];
      if (others_[i].packets > 0) {
        EXPECT_EQ(Sum(events_[i].connections, others_[i]),
                  Sum(expected.connections, {}));
        expected.connections = events_[i].connections;
      }
      EXPECT_EQ(events_[i], expected);
    }
  }

  static std::pair<uint64_t, uint64_t> Sum(const NaiveConnections& connections,
                                           const OtherConnections& others) {
    std::pair<uint64_t, uint64_t> sum{others.bytes, others.packets};
    for (const auto& [key, connection] : connections) {
      sum.first += connection.from_bytes + connection.to_bytes;
      sum.second += connection.packets;
    }
    return sum;
  }

  void CompareCaptures(const Snapshot& snapshot) {
    for (size_t c = 0; c < naive_.captures.size(); ++c) {
      const CaptureSnapshot& real = snapshot.captures[c];
      const test::NaiveCapture& naive = naive_.captures[c];
      for (size_t i = 0; i < kOutcomes; ++i) {
        const auto found = naive.outcomes.find(static_cast<Outcome>(i));
        const auto expected = found == naive.outcomes.end()
                                  ? std::pair<uint64_t, uint64_t>{}
                                  : found->second;
        EXPECT_EQ(real.counters.by_outcome[i].packets, expected.first) << i;
        EXPECT_EQ(real.counters.by_outcome[i].bytes, expected.second) << i;
      }
      EXPECT_EQ(real.counters.subnets_untracked_bytes, naive.untracked);
      EXPECT_EQ(real.status.late, naive.late);
    }
  }

  void CompareSubnets(const Snapshot& snapshot) {
    ASSERT_EQ(snapshot.subnets.size(), naive_.subnets.size());
    std::set<std::pair<int, Prefix>> seen;
    for (const SubnetRow& real : snapshot.subnets) {
      EXPECT_TRUE(seen.insert({real.capture, real.prefix}).second)
          << ToString(real.prefix) << " is there twice";
      if (!naive_.subnets.contains({real.capture, real.prefix})) {
        ADD_FAILURE() << ToString(real.prefix) << " should not be there";
        continue;
      }
      test::NaiveSubnet& expected =
          naive_.subnets.at({real.capture, real.prefix});
      const SubnetCounters& counters = real.counters;
      const std::map<std::string, uint64_t> actual = {
          {"bytes", counters.bytes},
          {"packets", counters.packets},
          {"receive", counters.receive_bytes},
          {"transmit", counters.transmit_bytes},
          {"internal", counters.internal_bytes},
          {"excluded", counters.excluded_bytes},
          {"untracked_receive", counters.untracked_receive_bytes},
          {"untracked_transmit", counters.untracked_transmit_bytes},
          {"retired_receive", counters.retired_receive_bytes},
          {"retired_transmit", counters.retired_transmit_bytes}};
      for (const auto& [name, value] : actual) {
        EXPECT_EQ(value, expected.count[name])
            << ToString(real.prefix) << " " << name;
      }
      EXPECT_EQ(real.bandwidth, expected.bandwidth) << ToString(real.prefix);
      EXPECT_EQ(real.watch.active, expected.watched);
      EXPECT_EQ(real.over_threshold_seconds, expected.over_seconds);
      EXPECT_EQ(real.reports, expected.reports);
    }
  }

  void CompareHosts(const Snapshot& snapshot) {
    ASSERT_EQ(snapshot.hosts.size(), naive_.hosts.size());
    for (const HostSnapshot& real : snapshot.hosts) {
      const SubnetRow& subnet = snapshot.subnets[real.subnet];
      const auto naive = naive_.hosts.find({subnet.capture, real.address});
      ASSERT_NE(naive, naive_.hosts.end()) << ToString(real.address);
      EXPECT_EQ(subnet.prefix, naive->second.subnet);
      EXPECT_EQ(real.receive_bytes, naive->second.receive);
      EXPECT_EQ(real.transmit_bytes, naive->second.transmit);
    }
  }

  static void CheckIdentities(const Snapshot& snapshot) {
    for (const CaptureSnapshot& capture : snapshot.captures) {
      FrameCount sum;
      for (const FrameCount& count : capture.counters.by_outcome) {
        sum.packets += count.packets;
        sum.bytes += count.bytes;
      }
      EXPECT_EQ(capture.counters.received.packets, sum.packets);
      EXPECT_EQ(capture.counters.received.bytes, sum.bytes);
    }
    std::vector<uint64_t> receive(snapshot.subnets.size());
    std::vector<uint64_t> transmit(snapshot.subnets.size());
    std::vector<uint32_t> hosts(snapshot.subnets.size());
    for (const HostSnapshot& host : snapshot.hosts) {
      receive[host.subnet] += host.receive_bytes;
      transmit[host.subnet] += host.transmit_bytes;
      ++hosts[host.subnet];
    }
    for (size_t i = 0; i < snapshot.subnets.size(); ++i) {
      const SubnetCounters& counters = snapshot.subnets[i].counters;
      EXPECT_EQ(counters.bytes, counters.receive_bytes +
                                    counters.transmit_bytes -
                                    counters.internal_bytes);
      EXPECT_EQ(counters.receive_bytes, receive[i] +
                                            counters.untracked_receive_bytes +
                                            counters.retired_receive_bytes);
      EXPECT_EQ(counters.transmit_bytes, transmit[i] +
                                             counters.untracked_transmit_bytes +
                                             counters.retired_transmit_bytes);
      EXPECT_EQ(snapshot.subnets[i].hosts, hosts[i]);
    }
  }

  int current_ = -1;  // the capture that was begun
  Intake intake_;
  std::vector<NaiveEvent> events_;
  std::vector<OtherConnections> others_;  // of each event
  NaiveAccounting naive_;
};

// Some of the options, or all of them, are others.
AccountingOptions Changed(const AccountingOptions& before, Scenario scenario,
                          std::mt19937& random) {
  AccountingOptions options = before;
  const auto up_to = [&](uint32_t most) {
    return static_cast<uint32_t>(1 + random() % most);
  };
  switch (random() % 6) {
    case 0:
      return options;
    case 1:
      options.hosts.max = up_to(100);
      return options;
    case 2:
      options.connections.max = up_to(40);
      return options;
    case 3:
      options.averaging_period = std::chrono::seconds(up_to(7));
      return options;
    case 4:
      scenario.named = random() % 2 == 0;
      scenario.max_subnets = up_to(20);
      return OptionsFor(scenario, random);
    default:
      break;
  }
  if (options.subnets.empty()) {
    options.local.any = false;
    options.local.ranges.pop_back();
    options.local.ranges.push_back(RangeOf(*ParsePrefix(
        random() % 2 == 0 ? "2001:db8::/32" : "2001:db8:0:2::/64")));
    return options;
  }
  // Numbers change, a network goes to another subnet, and one has none.
  std::shuffle(options.subnets.begin(), options.subnets.end(), random);
  for (SubnetOptions& subnet : options.subnets) {
    if (subnet.networks.size() < 2) continue;
    options.subnets.back().networks.push_back(subnet.networks.back());
    subnet.networks.pop_back();
    break;
  }
  const Prefix fresh = *ParsePrefix("10.0.5.0/24");
  for (const SubnetOptions& subnet : options.subnets) {
    // No network is in two.
    if (std::count(subnet.networks.begin(), subnet.networks.end(), fresh) > 0) {
      return options;
    }
  }
  options.subnets.front().networks.front() = fresh;
  return options;
}

class NaiveComparison : public testing::TestWithParam<Scenario> {
 protected:
  void Run(bool reloads);
};

void NaiveComparison::Run(bool reloads) {
  const Scenario scenario = GetParam();
  std::mt19937 random(scenario.seed);
  AccountingOptions options = OptionsFor(scenario, random);
  ThresholdOptions thresholds = ThresholdsFor(random, options.averaging_period);
  Pair pair(options, thresholds, scenario.captures);

  int64_t now = 1'700'000'000;
  for (int turn = 0; turn < 150; ++turn) {
    if (reloads && random() % 8 == 0) {
      options = Changed(options, scenario, random);
      if (random() % 3 != 0) {
        thresholds = ThresholdsFor(random, options.averaging_period);
      }
      pair.Reconfigure(options, thresholds);
      pair.Compare();
    }
    const int capture =
        static_cast<int>(random() % static_cast<unsigned>(scenario.captures));
    const size_t burst = random() % 90;
    for (size_t i = 0; i < burst; ++i) {
      int64_t stamp = now;
      if (random() % 40 == 0) stamp -= static_cast<int64_t>(random() % 30);
      // Not as the first: the naive one would close every period since 1970.
      if (random() % 500 == 0 && pair.IsOpen(capture)) stamp = 0;
      pair.Frame(capture, stamp, RandomFrame(random));
      if (random() % 20 == 0) ++now;
    }
    pair.Flush();
    if (random() % 4 == 0) pair.Reach(capture, now);
    if (random() % 12 == 0) now += static_cast<int64_t>(random() % 200);
    if (turn % 10 == 0) pair.Compare();
    if (HasFailure()) return;
  }
  pair.Compare();
}

TEST_P(NaiveComparison, AgreesOnEveryCounterRowAndVerdict) { Run(false); }

TEST_P(NaiveComparison, AgreesAcrossReloads) { Run(true); }

std::vector<Scenario> Scenarios() {
  std::vector<Scenario> scenarios;
  uint32_t seed = 1;
  for (const uint32_t hosts : {1u, 10u, 64u, 500u}) {
    for (const uint32_t subnets : {1u, 3u, 256u}) {
      for (const bool named : {false, true}) {
        for (const int captures : {1, 3}) {
          for (int i = 0; i < 2; ++i) {
            if (seed % IPBAND_SEED_STEP == 0) {
              scenarios.push_back({seed, hosts, subnets, named, captures});
            }
            ++seed;
          }
        }
      }
    }
  }
  return scenarios;
}

INSTANTIATE_TEST_SUITE_P(RandomTraffic, NaiveComparison,
                         testing::ValuesIn(Scenarios()));

}  // namespace
}  // namespace ipband
