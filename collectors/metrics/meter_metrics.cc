// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/meter_metrics.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace ipband {
namespace {

struct MeterFamily {
  TextWriter::Family family;
  uint64_t (*value)(const MeterSnapshot& meter, const MeterDumpCounts& counts);
};

constexpr MeterFamily kFamilies[] = {
    {{"ipband_meter_untracked_receive_bytes_total", "counter",
      "Bytes received by hosts that had no series then."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return meter.untracked_receive_bytes;
     }},
    {{"ipband_meter_untracked_transmit_bytes_total", "counter",
      "Bytes sent by hosts that had no series then."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return meter.untracked_transmit_bytes;
     }},
    {{"ipband_meter_retired_receive_bytes_total", "counter",
      "Bytes in the receive series that have ended; jumps when one ends."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return meter.retired_receive_bytes;
     }},
    {{"ipband_meter_retired_transmit_bytes_total", "counter",
      "Bytes in the transmit series that have ended; jumps when one ends."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return meter.retired_transmit_bytes;
     }},
    {{"ipband_meter_hosts", "gauge",
      "Hosts of the meter that have series of their own."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return uint64_t{meter.series.size()};
     }},
    {{"ipband_meter_hosts_limit", "gauge",
      "The most hosts of the meter that can have series."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return uint64_t{meter.max_series};
     }},
    {{"ipband_meter_dumps_total", "counter", "Dumps of the meter's table."},
     [](const MeterSnapshot&, const MeterDumpCounts& counts) {
       return counts.dumps;
     }},
    {{"ipband_meter_dump_failures_total", "counter",
      "Attempts to write a dump that failed."},
     [](const MeterSnapshot&, const MeterDumpCounts& counts) {
       return counts.failures;
     }},
    {{"ipband_meter_last_dump_timestamp_seconds", "gauge",
      "When the table was last dumped; 0 = never."},
     [](const MeterSnapshot&, const MeterDumpCounts& counts) {
       return TimeStamp(counts.last_dump);
     }},
    {{"ipband_meter_period_start_timestamp_seconds", "gauge",
      "When the table was last cleared, or the meter started; 0 = not yet."},
     [](const MeterSnapshot& meter, const MeterDumpCounts&) {
       return TimeStamp(meter.since);
     }},
};

void WriteHosts(const std::vector<MeterSnapshot>& meters,
                const std::vector<std::string>& labels,
                const TextWriter::Family& family,
                uint64_t MeterSeriesRow::*value, TextWriter& out) {
  out.Begin(family);
  constexpr std::string_view kName = "address=\"";
  std::array<char, kName.size() + kMaxAddressText + 1> address;
  std::memcpy(address.data(), kName.data(), kName.size());
  for (size_t i = 0; i < meters.size(); ++i) {
    for (const MeterSeriesRow& host : meters[i].series) {
      char* end = FormatAddress(host.address, address.data() + kName.size());
      *end++ = '"';
      out.Sample(labels[i],
                 {address.data(), static_cast<size_t>(end - address.data())},
                 host.*value);
    }
  }
}

MeterDumpCounts CountsOf(const std::string& meter,
                         const std::vector<MeterDumpCounts>& counts) {
  const auto found = std::find_if(
      counts.begin(), counts.end(),
      [&](const MeterDumpCounts& known) { return known.meter == meter; });
  return found != counts.end() ? *found : MeterDumpCounts{};
}

}  // namespace

void WriteMeterMetrics(const std::vector<MeterSnapshot>& meters,
                       const std::vector<MeterDumpCounts>& counts,
                       TextWriter& out) {
  if (meters.empty()) return;
  std::vector<std::string> labels;
  std::vector<MeterDumpCounts> counts_of;
  for (const MeterSnapshot& meter : meters) {
    labels.push_back(Label("meter", meter.meter));
    counts_of.push_back(CountsOf(meter.meter, counts));
  }
  WriteHosts(meters, labels,
             {"ipband_meter_receive_bytes_total", "counter",
              "Bytes sent to the host, by the meter's rules; never cleared."},
             &MeterSeriesRow::receive_bytes, out);
  WriteHosts(meters, labels,
             {"ipband_meter_transmit_bytes_total", "counter",
              "Bytes sent by the host, by the meter's rules; never cleared."},
             &MeterSeriesRow::transmit_bytes, out);
  for (const MeterFamily& family : kFamilies) {
    out.Begin(family.family);
    for (size_t i = 0; i < meters.size(); ++i) {
      out.Sample(labels[i], family.value(meters[i], counts_of[i]));
    }
  }
}

uint64_t MeterSeriesLimit(const std::vector<MeterSnapshot>& meters) {
  uint64_t limit = 0;
  for (const MeterSnapshot& meter : meters) {
    limit += uint64_t{meter.max_series} * 2 + std::size(kFamilies);
  }
  return limit;
}

}  // namespace ipband
