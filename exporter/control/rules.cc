// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/rules.h"

#include <algorithm>
#include <chrono>

#include "exporter/config/units.h"
#include "exporter/config/wording.h"
#include "exporter/control/print.h"
#include "exporter/control/read_options.h"
#include "exporter/control/shipped_rules.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// Often enough for the report period to be met, seldom enough for Prometheus.
constexpr std::chrono::seconds kMostBetweenEvaluations{15};
constexpr int kPeriodsInWindow = 4;

// Both sides have the same labels, those of the target as well, so nothing need
// be said about matching. The window bridges failed scrapes.
constexpr char kRules[] =
    R"yml(# SPDX-License-Identifier: Apache-2.0
#
# Prometheus decides by itself what the exporter decides: a subnet that was at or
# over its threshold in the last averaging period is watched (the alert is
# pending); once that has lasted for the report period, a report is due (it
# fires). The hold is half an averaging period longer, since an episode that is
# one period too short shows for nearly the report period.
#
# Printed by `ipbandctl rules --promql`; made from @origin@:
# averaging_period @averaging_period@, report_period @report_period@.
# They fit exporters with these values only. Bandwidths and thresholds are those
# that the exporters judged by.
#
# This is an approximation; ipband.rules.yml follows the reports themselves.
# - A scrape is needed at least every @averaging_period@: of the periods that close
#   between two scrapes only the last is seen. The rarer the scrapes, the more
#   episodes are missed.
# - An episode that ends within half an averaging period after its report may be
#   missed, one that nearly had a report may be added.
# - Failed scrapes are bridged for @window@. That long an exporter that is gone keeps
#   its alerts.
# - When the excess began is not known: there is no label `since`.
@notes@groups:
  - name: ipband_promql
    interval: @interval@
    rules:
      - alert: IpbandSubnetOverThreshold
        expr: |
          last_over_time(ipband_subnet_bandwidth_bytes_per_second[@window@])
            >= last_over_time(ipband_subnet_threshold_bytes_per_second[@window@])
        for: @hold@
@keep_firing@        labels:
          severity: warning
        annotations:
          summary: A subnet has been over its threshold for @report_period@.
          description: >-
            {{- $at := printf "{job=%q,instance=%q,interface=%q,subnet=%q}" $labels.job $labels.instance $labels.interface $labels.subnet -}}
            {{ $labels.subnet }} on {{ $labels.interface }} of {{ $labels.instance }}
            has been at or over its threshold
            {{- range printf "ipband_subnet_threshold_bytes_per_second%s" $at | query }} of {{ .Value | humanize1024 }}B/s{{ end }}
            for @report_period@ and uses {{ $value | humanize1024 }}B/s. Most of all:
            {{- range $i, $host := printf "sort_desc(topk(5, rate(ipband_host_receive_bytes_total%[1]s[@window@]) + rate(ipband_host_transmit_bytes_total%[1]s[@window@])) > 0)" $at | query }}
            {{- if $i }},{{ end }} {{ $host.Labels.address }} {{ $host.Value | humanize1024 }}B/s
            {{- else }} unknown, as no host has series{{ end }}.
          report_url: >-
            {{- $base := print "http://" $labels.instance }}
            {{- range printf "ipband_web_info{job=%q,instance=%q,external_url!=''}" $labels.job $labels.instance | query }}{{ $base = .Labels.external_url | reReplaceAll "/+$" "" }}{{ end -}}
            {{ $base }}/reports?interface=
            {{- $labels.interface | reReplaceAll "%" "%25" | reReplaceAll "&" "%26" | reReplaceAll "#" "%23" | reReplaceAll "[+]" "%2B" -}}
            &subnet={{ $labels.subnet }}
          runbook_url: https://github.com/ipband/ipband_exporter/blob/main/alerts/runbooks/IpbandSubnetOverThreshold.md
)yml";

constexpr char kClearShareNote[] =
    R"(# - thresholds.clear.bandwidth: the exporter's watch goes on below the
#   threshold, down to a share of it; here the threshold itself ends it.
)";
constexpr char kClearAfterNote[] =
    R"(# - thresholds.clear.after: keeps the alert once it fires. Before that, a dip
#   of any length begins the hold again, where the exporter's goes on.
)";

// What this configuration says and PromQL cannot.
std::string NotesOn(const ThresholdOptions& thresholds) {
  std::string notes;
  if (thresholds.clear_share < 1) notes += kClearShareNote;
  if (thresholds.clear_after.count() > 0) notes += kClearAfterNote;
  return notes;
}

void Fill(std::string& text, const std::string& name,
          const std::string& value) {
  const std::string mark = '@' + name + '@';
  for (size_t at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
}

std::string ShippedOrPromql(const RulesOptions& options,
                            const SystemPlaces& places) {
  if (!options.promql) return std::string(kShippedRules);
  if (!options.config_file) {
    return PromqlRules(Config(), "the native defaults");
  }
  return PromqlRules(ReadOptionsOf(*options.config_file, places).config,
                     *options.config_file);
}

}  // namespace

std::string PromqlRules(const Config& config, const std::string& origin) {
  const ThresholdOptions& thresholds = config.thresholds;
  const auto averaging = config.accounting.averaging_period;
  const auto clear_after = thresholds.clear_after;
  std::string text = kRules;
  Fill(text, "notes", NotesOn(thresholds));
  Fill(text, "interval",
       FormatDuration(std::min(averaging, kMostBetweenEvaluations)));
  Fill(text, "averaging_period", FormatDuration(averaging));
  Fill(text, "report_period", FormatDuration(thresholds.report_period));
  Fill(text, "window", FormatDuration(kPeriodsInWindow * averaging));
  Fill(text, "hold", FormatDuration(thresholds.report_period + averaging / 2));
  Fill(text, "keep_firing",
       clear_after.count() == 0
           ? ""
           : "        keep_firing_for: " + FormatDuration(clear_after) + '\n');
  Fill(text, "origin", OneLine(origin));  // last: it may contain a mark
  return text;
}

std::string AsPrometheusRule(std::string_view rules, const std::string& name) {
  std::string head;
  std::string groups;
  while (!rules.empty()) {
    const size_t length = std::min(rules.find('\n'), rules.size() - 1) + 1;
    const std::string_view line = rules.substr(0, length);
    rules.remove_prefix(length);
    if (groups.empty() && line.starts_with('#')) {
      head += line;
      continue;
    }
    // A block of text keeps its meaning when all its lines move; an empty line
    // is empty at any depth.
    if (line != "\n") groups += "  ";
    groups += line;
  }
  return head +
         "apiVersion: monitoring.coreos.com/v1\n"
         "kind: PrometheusRule\n"
         "metadata:\n"
         "  name: " +
         name +
         "\n"
         "  labels:\n"
         "    app.kubernetes.io/name: ipband-exporter\n"
         "    prometheus: k8s\n"
         "    role: alert-rules\n"
         "spec:\n" +
         groups;
}

std::string Rules(const RulesOptions& options, const SystemPlaces& places) {
  const bool for_kubernetes = options.format == "kubernetes";
  if (!for_kubernetes && options.format != "prometheus") {
    throw UsageError(
        "--format: " + Quote(options.format) + " is not known; " +
        AllowedWords(options.format, {"prometheus", "kubernetes"}));
  }
  if (!options.promql && options.config_file) {
    throw UsageError(
        "--config.file goes with --promql; the shipped rules fit every "
        "configuration");
  }
  std::string rules = ShippedOrPromql(options, places);
  if (!for_kubernetes) return rules;
  return AsPrometheusRule(rules, options.promql ? "ipband-promql" : "ipband");
}

int RunRules(const RulesOptions& options) {
  Print(Rules(options));
  return 0;
}

}  // namespace ipband
