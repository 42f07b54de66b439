// SPDX-License-Identifier: Apache-2.0
#include "exporter/exposition.h"

#include <prometheus/text_serializer.h>

#include <cstdio>
#include <iterator>

#include "collectors/metrics/capture_metrics.h"
#include "collectors/metrics/family.h"
#include "collectors/metrics/traffic_metrics.h"
#include "exporter/delivery_metrics.h"
#include "exporter/error.h"
#include "exporter/network_names.h"
#include "exporter/version.h"
#include "exporter/web/process_metrics.h"

namespace ipband {
namespace {

using prometheus::MetricFamily;

// FNV-1a, cut to what a sample holds exactly.
uint64_t HashOf(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash >> 16;
}

MetricFamily BuildInfo() {
  return FamilyBuilder::Gauge("ipband_build_info", "What was built, and how.")
      .Add({{"version", kVersion.version},
            {"revision", kVersion.revision},
            {"branch", kVersion.branch},
            {"compiler", kVersion.compiler},
            {"platform", kVersion.platform}},
           1)
      .Build();
}

void Append(std::vector<MetricFamily> more, std::vector<MetricFamily>& all) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

OutputCounts CountsOf(const Reporter& reporter, const Dumper& dumper) {
  return {reporter.counts(), dumper.counts()};
}

Exposition::Exposition(const Options& options, double loaded)
    : loaded_{.at = loaded,
              .hash = HashOf(options.text_read),
              .external_url = options.config.web.external_url},
      tells_of_process_(!options.disable_exporter_metrics),
      network_names_(ReadNetworkNames()) {}

std::string Exposition::GivenName(const AccountingRules& rules,
                                  const SubnetRow& subnet) const {
  if (subnet.named != SubnetRow::kDiscovered) {
    const std::string& name = rules.accounting.subnets[subnet.named].name;
    if (!name.empty()) return name;
  }
  const auto known = network_names_.find(subnet.prefix.network);
  return known != network_names_.end() ? known->second : std::string();
}

std::string Exposition::NameOf(const AccountingRules& rules,
                               const SubnetRow& subnet) const {
  std::string name = GivenName(rules, subnet);
  return name.empty() ? ToString(subnet.prefix) : name;
}

std::vector<MetricFamily> Exposition::ConfigMetrics() const {
  Loaded loaded;
  {
    const std::lock_guard lock(mutex_);
    loaded = loaded_;
  }
  std::vector<MetricFamily> families = {BuildInfo()};
  families.push_back(
      FamilyBuilder::Gauge("ipband_web_info", "Where this server is reached.")
          .Add({{"external_url", loaded.external_url}}, 1)
          .Build());
  families.push_back(GaugeFamily("ipband_config_hash",
                                 "Changes with the configuration files.",
                                 loaded.hash));
  families.push_back(
      GaugeFamily("ipband_config_last_reload_successful",
                  "Whether the configuration was read without error last time.",
                  loaded.successful ? 1 : 0));
  if (loaded.at > 0) {
    families.push_back(GaugeFamily(
        "ipband_config_last_reload_success_timestamp_seconds",
        "When the configuration was last read without error.", loaded.at));
    if (tells_of_process_) Append(ProcessMetrics(), families);
  }
  return families;
}

void Exposition::Reloaded(const Options& options, double now) {
  const std::lock_guard lock(mutex_);
  loaded_ = {.at = loaded_.at > 0 ? now : 0,
             .hash = HashOf(options.text_read),
             .external_url = options.config.web.external_url};
}

void Exposition::ReloadFailed() {
  const std::lock_guard lock(mutex_);
  loaded_.successful = false;
}

void Exposition::WriteToStandardOutput(const Snapshot& snapshot,
                                       const OutputCounts& outputs) const {
  bool written = true;
  TextWriter out([&](std::string_view piece) {
    written =
        std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
    return written;
  });
  Write(snapshot, outputs, {}, out);
  out.Finish();
  if (std::fflush(stdout) != 0 || !written) {
    throw Error("cannot write to standard output");
  }
}

void Exposition::Write(const Snapshot& snapshot, const OutputCounts& outputs,
                       const std::function<double()>& elapsed,
                       TextWriter& out) const {
  const AccountingRules& rules = *snapshot.rules;
  std::vector<MetricFamily> families = ConfigMetrics();
  Append(CaptureMetrics(snapshot), families);
  Append(AccountingMetrics(snapshot, rules.accounting, rules.thresholds),
         families);
  Append(DeliveryMetrics(outputs.reports), families);
  const prometheus::TextSerializer serializer;
  out.Text(serializer.Serialize(families));
  const uint64_t fixed = out.samples();

  WriteSubnetMetrics(
      snapshot, [&](const SubnetRow& row) { return NameOf(rules, row); }, out);
  WriteHostMetrics(snapshot, out);
  WriteMeterMetrics(snapshot.meters, outputs.dumps, out);

  // These count themselves.
  const uint64_t rest = elapsed ? 3 : 2;
  const uint64_t series = out.samples() + rest;
  out.Begin({"ipband_series", "gauge", "Samples of this page."});
  out.Sample("", series);
  out.Begin({"ipband_series_limit", "gauge",
             "The most samples that the page can have with these captures."});
  out.Sample(
      "", fixed + rest +
              TrafficSeriesLimit(rules.accounting, snapshot.captures.size()) +
              MeterSeriesLimit(snapshot.meters));
  if (elapsed) {
    out.Begin({"ipband_scrape_duration_seconds", "gauge",
               "How long this page took to make."});
    out.Sample("", elapsed());
  }
}

}  // namespace ipband
