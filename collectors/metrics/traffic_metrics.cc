// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/traffic_metrics.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace ipband {
namespace {

struct SubnetCounterFamily {
  TextWriter::Family family;
  uint64_t SubnetCounters::*value;
};

constexpr SubnetCounterFamily kCounters[] = {
    {{"ipband_subnet_bytes_total", "counter",
      "Bytes credited to the subnet; within it counted once."},
     &SubnetCounters::bytes},
    {{"ipband_subnet_packets_total", "counter",
      "Packets credited to the subnet."},
     &SubnetCounters::packets},
    {{"ipband_subnet_receive_bytes_total", "counter",
      "Bytes sent to addresses of the subnet."},
     &SubnetCounters::receive_bytes},
    {{"ipband_subnet_transmit_bytes_total", "counter",
      "Bytes sent by addresses of the subnet."},
     &SubnetCounters::transmit_bytes},
    {{"ipband_subnet_internal_bytes_total", "counter",
      "Bytes with both ends in the subnet; in receive and in transmit."},
     &SubnetCounters::internal_bytes},
    {{"ipband_subnet_excluded_bytes_total", "counter",
      "Bytes that are counted but not judged, as the other end is excluded."},
     &SubnetCounters::excluded_bytes},
    {{"ipband_subnet_untracked_receive_bytes_total", "counter",
      "Bytes received by addresses that had no series then."},
     &SubnetCounters::untracked_receive_bytes},
    {{"ipband_subnet_untracked_transmit_bytes_total", "counter",
      "Bytes sent by addresses that had no series then."},
     &SubnetCounters::untracked_transmit_bytes},
    {{"ipband_subnet_retired_receive_bytes_total", "counter",
      "Bytes in the receive series that have ended; jumps when one ends."},
     &SubnetCounters::retired_receive_bytes},
    {{"ipband_subnet_retired_transmit_bytes_total", "counter",
      "Bytes in the transmit series that have ended; jumps when one ends."},
     &SubnetCounters::retired_transmit_bytes},
};

std::vector<std::string> SubnetLabels(const Snapshot& snapshot) {
  std::vector<std::string> labels;
  labels.reserve(snapshot.subnets.size());
  for (const SubnetRow& row : snapshot.subnets) {
    const CaptureStatus& capture = snapshot.captures[row.capture].status;
    labels.push_back(Label("interface", capture.interface) + "," +
                     Label("subnet", ToString(row.prefix)));
  }
  return labels;
}

// One family, from the rows for which value(row) has one.
template <typename Value>
void WriteFamily(const Snapshot& snapshot,
                 const std::vector<std::string>& labels,
                 const TextWriter::Family& family, TextWriter& out,
                 Value value) {
  out.Begin(family);
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto sample = value(snapshot.subnets[i]);
    if (sample) out.Sample(labels[i], *sample);
  }
}

struct WatchFamily {
  TextWriter::Family family;
  uint64_t (*value)(const SubnetRow& row);
};

constexpr WatchFamily kWatchFamilies[] = {
    {{"ipband_subnet_watched", "gauge",
      "Whether the subnet is being watched for a report."},
     [](const SubnetRow& row) -> uint64_t { return row.watch.active ? 1 : 0; }},
    {{"ipband_subnet_reported", "gauge",
      "Whether a report was written in this excess and it has not ended."},
     [](const SubnetRow& row) -> uint64_t {
       return row.watch.active && row.watch.reported ? 1 : 0;
     }},
    {{"ipband_subnet_watch_seconds", "gauge",
      "Age of the watch at the end of the last averaging period."},
     [](const SubnetRow& row) { return row.watch_seconds; }},
    {{"ipband_subnet_over_threshold_seconds_total", "counter",
      "Length of all averaging periods at or over the threshold."},
     [](const SubnetRow& row) { return row.over_threshold_seconds; }},
    {{"ipband_subnet_reports_total", "counter",
      "Reports on the subnet that fell due."},
     [](const SubnetRow& row) { return row.reports; }},
    {{"ipband_subnet_last_report_timestamp_seconds", "gauge",
      "When the last report on the subnet fell due; 0 = never."},
     [](const SubnetRow& row) { return TimeStamp(row.last_report); }},
    {{"ipband_subnet_last_report_start_timestamp_seconds", "gauge",
      "Start of the watch that the last report is about; 0 = never."},
     [](const SubnetRow& row) { return TimeStamp(row.last_report_start); }},
};

// Beside the counters and the watch: info, hosts, bandwidth and threshold.
constexpr uint64_t kSubnetSeries =
    std::size(kCounters) + std::size(kWatchFamilies) + 4;
constexpr uint64_t kHostSeries = 2;

void WriteThresholdMetrics(const Snapshot& snapshot,
                           const std::vector<std::string>& labels,
                           TextWriter& out) {
  WriteFamily(
      snapshot, labels,
      {"ipband_subnet_bandwidth_bytes_per_second", "gauge",
       "The mean that was judged at the end of the last averaging period."},
      out, [](const SubnetRow& row) {
        return row.age > 0 ? std::optional(row.bandwidth) : std::nullopt;
      });
  WriteFamily(snapshot, labels,
              {"ipband_subnet_threshold_bytes_per_second", "gauge",
               "The bandwidth from which on the subnet is watched."},
              out, [](const SubnetRow& row) {
                return row.has_threshold ? std::optional(row.threshold)
                                         : std::nullopt;
              });
  for (const WatchFamily& watch : kWatchFamilies) {
    WriteFamily(snapshot, labels, watch.family, out, [&](const SubnetRow& row) {
      return std::optional(watch.value(row));
    });
  }
}

}  // namespace

void WriteSubnetMetrics(const Snapshot& snapshot, const SubnetNamer& name_of,
                        TextWriter& out) {
  const std::vector<std::string> labels = SubnetLabels(snapshot);
  for (const SubnetCounterFamily& counter : kCounters) {
    WriteFamily(snapshot, labels, counter.family, out,
                [&](const SubnetRow& row) {
                  return std::optional(row.counters.*counter.value);
                });
  }
  WriteThresholdMetrics(snapshot, labels, out);
  WriteFamily(snapshot, labels,
              {"ipband_subnet_hosts", "gauge",
               "Hosts of the subnet that have series of their own."},
              out, [](const SubnetRow& row) {
                return std::optional<uint64_t>(row.hosts);
              });
  out.Begin({"ipband_subnet_info", "gauge", "What the subnet is called."});
  for (size_t i = 0; i < labels.size(); ++i) {
    out.Sample(labels[i], Label("name", name_of(snapshot.subnets[i])),
               uint64_t{1});
  }
}

void WriteHostMetrics(const Snapshot& snapshot, TextWriter& out) {
  const std::vector<std::string> labels = SubnetLabels(snapshot);
  const auto write = [&](const TextWriter::Family& family,
                         uint64_t HostSnapshot::*value) {
    out.Begin(family);
    constexpr std::string_view kName = "address=\"";
    std::array<char, kName.size() + kMaxAddressText + 1> address;
    std::memcpy(address.data(), kName.data(), kName.size());
    for (const HostSnapshot& host : snapshot.hosts) {
      char* end = FormatAddress(host.address, address.data() + kName.size());
      *end++ = '"';
      out.Sample(labels[host.subnet],
                 {address.data(), static_cast<size_t>(end - address.data())},
                 host.*value);
    }
  };
  write(
      {"ipband_host_receive_bytes_total", "counter", "Bytes sent to the host."},
      &HostSnapshot::receive_bytes);
  write({"ipband_host_transmit_bytes_total", "counter",
         "Bytes sent by the host."},
        &HostSnapshot::transmit_bytes);
}

uint64_t TrafficSeriesLimit(const AccountingOptions& options, size_t captures) {
  const uint64_t subnets = options.subnets.empty()
                               ? options.max_subnets
                               : options.subnets.size() * captures;
  const uint64_t hosts = options.hosts.enabled ? options.hosts.max : 0;
  return subnets * kSubnetSeries + hosts * kHostSeries;
}

}  // namespace ipband
