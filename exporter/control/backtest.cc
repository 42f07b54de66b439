// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/backtest.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "exporter/account_setup.h"
#include "exporter/config/units.h"
#include "exporter/control/print.h"
#include "exporter/error.h"
#include "exporter/flag_values.h"
#include "exporter/hash_seed.h"
#include "exporter/traffic_summary.h"
#include "exporter/web/html.h"

namespace ipband {
namespace {

constexpr size_t kTopHosts = 3;

std::string Left(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string Right(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string Columns(const std::string& from, const std::string& to,
                    const std::string& subnet, const std::string& bandwidth,
                    const std::string& hosts) {
  std::string line = Left(from, 20) + "  " + Left(to, 20) + "  " +
                     Left(subnet, 18) + "  " + Right(bandwidth, 11) + "  " +
                     hosts;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// The hosts of the subnet by falling bytes, both directions together.
std::string TopHosts(const Report& report,
                     const std::vector<Prefix>& networks) {
  std::map<Address, uint64_t> bytes;
  for (const Connection& connection : report.connections) {
    for (const Address& end : {connection.from, connection.to}) {
      const bool ours = std::any_of(
          networks.begin(), networks.end(),
          [&](const Prefix& network) { return network.Contains(end); });
      if (ours) bytes[end] += connection.bytes();
      if (connection.from == connection.to) break;
    }
  }
  std::vector<std::pair<Address, uint64_t>> hosts(bytes.begin(), bytes.end());
  std::stable_sort(
      hosts.begin(), hosts.end(),
      [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (size_t i = 0; i < std::min(hosts.size(), kTopHosts); ++i) {
    if (i > 0) text += ", ";
    text += ToString(hosts[i].first) + " " + HumanBytes(hosts[i].second);
  }
  return text;
}

class Backtest {
 public:
  explicit Backtest(const Options& options)
      : options_(options),
        accounting_(options.config.accounting),
        intake_(accounting_, options.config.thresholds, HashSeed(true),
                summary_.Beside(Listener())) {}

  // Whether all files were read to their end.
  bool Run() {
    Print("Threshold " +
          FormatBandwidth(options_.config.thresholds.bytes_per_second) +
          "\n\n");
    const bool complete = ReplayFiles(options_, intake_);
    if (summary_.reports() == 0) {
      Print("No report.\n");
    } else {
      Print(std::to_string(summary_.reports()) +
            (summary_.reports() == 1 ? " report.\n" : " reports.\n"));
    }
    const std::string summary = summary_.Text(accounting_);
    if (!summary.empty()) Print("\n" + summary);
    return complete;
  }

 private:
  Intake::Listener Listener() {
    Intake::Listener listener;
    listener.verdict = [this](const std::string& interface,
                              const SubnetRow& subnet,
                              const ThresholdEvent& event) {
      if (event.verdict != Verdict::kReportDue) return;
      PrintReport(intake_.MakeReport(interface, subnet, event),
                  NetworksOf(subnet));
    };
    return listener;
  }

  std::vector<Prefix> NetworksOf(const SubnetRow& subnet) const {
    if (subnet.named == SubnetRow::kDiscovered) return {subnet.prefix};
    return accounting_.subnets[subnet.named].networks;
  }

  void PrintReport(const Report& report, const std::vector<Prefix>& networks) {
    if (summary_.reports() == 1) {
      Print(
          Columns("FROM", "TO", "SUBNET", "BANDWIDTH", "TOP HOSTS SINCE THEN"));
    }
    Print(Columns(UtcTime(report.since), UtcTime(report.at),
                  ToString(report.subnet), HumanBitRate(report.bandwidth),
                  TopHosts(report, networks)));
  }

  const Options& options_;
  const AccountingOptions& accounting_;
  TrafficSummary summary_;
  Intake intake_;
};

std::vector<std::optional<double>> ThresholdsOf(
    const BacktestOptions& options) {
  std::vector<std::optional<double>> thresholds;
  for (const std::string& text : options.thresholds) {
    thresholds.push_back(ParseFlag("--threshold", text, ParseBandwidth));
  }
  return thresholds;
}

}  // namespace

int RunBacktest(const BacktestOptions& options) {
  std::vector<std::optional<double>> thresholds = ThresholdsOf(options);
  Options read = ReadOptionsOf(options.captures);
  // Meters dump, they do not report.
  read.config.meters.clear();
  if (thresholds.empty()) {
    thresholds.push_back(read.config.thresholds.bytes_per_second);
  }
  const std::string& first = read.capture_files.front();
  if (thresholds.size() > 1 && !std::filesystem::is_regular_file(first)) {
    throw UsageError(first + " can be read only once, for one --threshold");
  }
  bool complete = true;
  for (size_t i = 0; i < thresholds.size(); ++i) {
    if (i > 0) Print("\n");
    read.config.thresholds.bytes_per_second = thresholds[i];
    if (!Backtest(read).Run()) complete = false;
  }
  return complete ? 0 : kExitFailure;
}

}  // namespace ipband
