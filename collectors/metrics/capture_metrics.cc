// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/capture_metrics.h"

#include "collectors/metrics/family.h"

namespace ipband {
namespace {

using prometheus::MetricFamily;

constexpr std::pair<Outcome, const char*> kReasons[] = {
    {Outcome::kTruncated, "truncated"}, {Outcome::kMalformed, "malformed"},
    {Outcome::kNotIp, "not_ip"},        {Outcome::kNotLocal, "not_local"},
    {Outcome::kNoRoom, "no_room"},
};

MetricLabels InterfaceOf(const CaptureSnapshot& capture) {
  return {{"interface", capture.status.interface}};
}

template <typename Value>
MetricFamily PerCapture(const Snapshot& snapshot, FamilyBuilder builder,
                        Value value) {
  for (const CaptureSnapshot& capture : snapshot.captures) {
    builder.Add(InterfaceOf(capture), value(capture));
  }
  return builder.Build();
}

template <typename Value>
MetricFamily PerReason(const Snapshot& snapshot, FamilyBuilder builder,
                       Value value) {
  for (const CaptureSnapshot& capture : snapshot.captures) {
    for (const auto& [outcome, reason] : kReasons) {
      MetricLabels labels = InterfaceOf(capture);
      labels.push_back({"reason", reason});
      builder.Add(std::move(labels), value(capture.counters[outcome]));
    }
  }
  return builder.Build();
}

void AddFrames(const Snapshot& snapshot, std::vector<MetricFamily>& families) {
  using Row = const CaptureSnapshot&;
  const auto counter = [&](const char* name, const char* help, auto value) {
    families.push_back(
        PerCapture(snapshot, FamilyBuilder::Counter(name, help), value));
  };
  counter("ipband_capture_packets_total", "Frames read.",
          [](Row row) { return row.counters.received.packets; });
  counter("ipband_capture_bytes_total", "Bytes of the frames on the wire.",
          [](Row row) { return row.counters.received.bytes; });
  counter("ipband_capture_counted_packets_total",
          "Frames of which at least one end was credited to a subnet.",
          [](Row row) { return row.counters[Outcome::kCounted].packets; });
  counter("ipband_capture_counted_bytes_total",
          "Bytes of the counted frames on the wire.",
          [](Row row) { return row.counters[Outcome::kCounted].bytes; });
  families.push_back(PerReason(
      snapshot,
      FamilyBuilder::Counter("ipband_capture_ignored_packets_total",
                             "Frames that were not counted, by reason."),
      [](const FrameCount& count) { return count.packets; }));
  families.push_back(PerReason(
      snapshot,
      FamilyBuilder::Counter("ipband_capture_ignored_bytes_total",
                             "Bytes on the wire of frames that were not "
                             "counted, by reason."),
      [](const FrameCount& count) { return count.bytes; }));
  counter("ipband_capture_kernel_dropped_packets_total",
          "Packets that the kernel dropped for want of buffer space.",
          [](Row row) { return row.status.kernel_dropped; });
  counter("ipband_capture_interface_dropped_packets_total",
          "Packets that the interface or its driver dropped.",
          [](Row row) { return row.status.interface_dropped; });
  counter("ipband_capture_late_packets_total",
          "Packets stamped before the open averaging period, counted in it.",
          [](Row row) { return row.status.late; });
  counter("ipband_capture_oversize_frames_total",
          "Frames longer than the MTU and 18 bytes: put together by offload.",
          [](Row row) { return row.status.oversize; });
  counter("ipband_subnets_untracked_bytes_total",
          "Bytes of local ends without a subnet row, the other end having one.",
          [](Row row) { return row.counters.subnets_untracked_bytes; });
}

}  // namespace

std::vector<MetricFamily> CaptureMetrics(const Snapshot& snapshot) {
  std::vector<MetricFamily> families;
  AddFrames(snapshot, families);
  FamilyBuilder last_packet =
      FamilyBuilder::Gauge("ipband_capture_last_packet_timestamp_seconds",
                           "Latest stamp of a frame; 0 before the first.");
  FamilyBuilder up = FamilyBuilder::Gauge(
      "ipband_capture_up", "Whether the interface is open for capture.");
  FamilyBuilder in_kernel = FamilyBuilder::Gauge(
      "ipband_capture_filter_in_kernel", "Whether the kernel runs the filter.");
  for (const CaptureSnapshot& capture : snapshot.captures) {
    const CaptureStatus& status = capture.status;
    last_packet.Add(InterfaceOf(capture),
                    static_cast<double>(status.last_frame) / 1e6);
    // An interface that a glob no longer means is not down, it is gone.
    if (!status.wanted) continue;
    up.Add(InterfaceOf(capture), status.up ? 1 : 0);
    in_kernel.Add(InterfaceOf(capture), status.filter_in_kernel ? 1 : 0);
  }
  families.push_back(last_packet.Build());
  families.push_back(up.Build());
  families.push_back(in_kernel.Build());
  return families;
}

namespace {

// How full the tables are, and who came and went.
std::vector<MetricFamily> TableMetrics(const Snapshot& snapshot,
                                       const AccountingOptions& options) {
  const TableCounters& tables = snapshot.tables;
  const size_t subnets_limit =
      options.subnets.empty()
          ? options.max_subnets
          : options.subnets.size() * snapshot.captures.size();
  return {
      GaugeFamily("ipband_hosts", "Hosts that have series of their own.",
                  snapshot.tracked_hosts),
      GaugeFamily("ipband_hosts_limit",
                  "How many hosts may have series of their own.",
                  options.hosts.enabled ? options.hosts.max : 0),
      CounterFamily("ipband_host_admissions_total",
                    "Hosts that were given series of their own.",
                    tables.host_admissions),
      FamilyBuilder::Counter("ipband_host_evictions_total",
                             "Hosts whose series ended.")
          .Add({{"reason", "outranked"}}, tables.hosts_outranked)
          .Add({{"reason", "idle"}}, tables.hosts_idle)
          .Build(),
      GaugeFamily("ipband_subnets", "Subnets that are counted.",
                  snapshot.subnets.size()),
      GaugeFamily("ipband_subnets_limit", "How many subnets may be counted.",
                  subnets_limit),
      FamilyBuilder::Counter("ipband_subnet_evictions_total",
                             "Discovered subnets that were let go.")
          .Add({{"reason", "outranked"}}, tables.subnets_outranked)
          .Add({{"reason", "idle"}}, tables.subnets_idle)
          .Build(),
      GaugeFamily("ipband_connections",
                  "Connections that are kept of watched subnets.",
                  snapshot.connections),
      GaugeFamily("ipband_connections_limit",
                  "How many connections may be kept.", options.connections.max),
  };
}

}  // namespace

std::vector<MetricFamily> AccountingMetrics(
    const Snapshot& snapshot, const AccountingOptions& options,
    const ThresholdOptions& thresholds) {
  const bool by_frame = options.length == LengthKind::kFrame;
  std::vector<MetricFamily> families = {
      GaugeFamily("ipband_averaging_period_seconds",
                  "Length of the periods over which bandwidth is judged.",
                  options.averaging_period.count()),
      GaugeFamily("ipband_report_period_seconds",
                  "How long a subnet must stay over its threshold.",
                  thresholds.report_period.count()),
      GaugeFamily("ipband_last_period_timestamp_seconds",
                  "End of the last averaging period; 0 before the first.",
                  snapshot.last_period),
      CounterFamily("ipband_clock_steps_total",
                    "How often the wall clock was set by more than a second.",
                    snapshot.clock_steps),
      FamilyBuilder::Gauge("ipband_accounting_info",
                           "Which length is counted, and what is added.")
          .Add({{"length", by_frame ? "frame" : "ip"},
                {"length_adjustment",
                 std::to_string(options.length_adjustment)}},
               1)
          .Build(),
  };
  for (MetricFamily& family : TableMetrics(snapshot, options)) {
    families.push_back(std::move(family));
  }
  return families;
}

}  // namespace ipband
