// SPDX-License-Identifier: Apache-2.0
#include "exporter/api_json.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace ipband {
namespace {

using nlohmann::ordered_json;

// An interface may be called anything.
std::string TextOf(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// "name":[one,two]; `text_of` makes one element.
template <class Row, class TextOfRow>
bool WriteList(std::string_view name, const std::vector<Row>& rows,
               BodyWriter& body, TextOfRow text_of) {
  body.Write("\"" + std::string(name) + "\":[");
  std::string_view separator;
  for (const Row& row : rows) {
    body.Write(separator);
    if (!body.Write(text_of(row))) return false;
    separator = ",";
  }
  return body.Write("]");
}

std::string CaptureText(const CaptureSnapshot& capture) {
  const CaptureStatus& status = capture.status;
  return TextOf(
      {{"interface", status.interface},
       {"up", status.up},
       {"packets", capture.counters.received.packets},
       {"dropped_packets", status.kernel_dropped + status.interface_dropped}});
}

ordered_json NullUnless(bool known, double value) {
  return known ? ordered_json(value) : ordered_json(nullptr);
}

std::string SubnetText(const Snapshot& snapshot, const SubnetRow& row,
                       const SubnetNames& name_of) {
  return TextOf(
      {{"interface", snapshot.captures[row.capture].status.interface},
       {"subnet", ToString(row.prefix)},
       {"name", name_of(row)},
       {"bandwidth_bytes_per_second", NullUnless(row.age > 0, row.bandwidth)},
       {"recent_bytes_per_second", row.recent.BytesPerSecond()},
       {"threshold_bytes_per_second",
        NullUnless(row.has_threshold, row.threshold)},
       {"watched", row.watch.active},
       {"reported", row.watch.active && row.watch.reported},
       {"watch_seconds", row.watch_seconds},
       {"receive_bytes", row.counters.receive_bytes},
       {"transmit_bytes", row.counters.transmit_bytes},
       {"hosts", row.hosts}});
}

std::string HostText(const Snapshot& snapshot, const HostSnapshot& host) {
  const SubnetRow& subnet = snapshot.subnets[host.subnet];
  return TextOf(
      {{"interface", snapshot.captures[subnet.capture].status.interface},
       {"subnet", ToString(subnet.prefix)},
       {"address", ToString(host.address)},
       {"receive_bytes", host.receive_bytes},
       {"transmit_bytes", host.transmit_bytes}});
}

// There may be a million of these.
std::string RowText(const DumpRow& row) {
  return "{\"address\":\"" + ToString(row.address) +
         "\",\"in_bytes\":" + std::to_string(row.in) +
         ",\"out_bytes\":" + std::to_string(row.out) + "}";
}

ordered_json TimeOrNull(int64_t seconds) {
  return seconds == 0 ? ordered_json(nullptr) : ordered_json(seconds);
}

// Without the brace at the end.
std::string MeterHead(const MeterAnswer& answer) {
  const MeterSnapshot& meter = *answer.meter;
  const NotShown& not_shown = meter.not_shown;
  std::string text = TextOf({{"meter", meter.meter},
                             {"since", TimeOrNull(meter.since)},
                             {"next_dump", TimeOrNull(meter.next_dump)},
                             {"hosts", answer.hosts},
                             {"in_bytes", meter.table_in},
                             {"out_bytes", meter.table_out},
                             {"not_shown",
                              {{"hosts", not_shown.hosts},
                               {"more_hosts", not_shown.more_hosts},
                               {"in_bytes", not_shown.in},
                               {"out_bytes", not_shown.out}}}});
  text.pop_back();
  return text;
}

}  // namespace

void WriteSubnetsJson(const Snapshot& snapshot,
                      const std::vector<uint32_t>& rows,
                      const SubnetNames& name_of, BodyWriter& body) {
  body.Write("{");
  WriteList("captures", snapshot.captures, body, CaptureText);
  body.Write(",");
  const auto text_of = [&](uint32_t row) {
    return SubnetText(snapshot, snapshot.subnets[row], name_of);
  };
  if (!WriteList("subnets", rows, body, text_of)) return;
  body.Write("}");
}

void WriteHostsJson(const Snapshot& snapshot,
                    const std::vector<HostSnapshot>& hosts, double time,
                    BodyWriter& body) {
  body.Write("{\"time\":" + TextOf(time) + ",");
  const auto text_of = [&](const HostSnapshot& host) {
    return HostText(snapshot, host);
  };
  if (!WriteList("hosts", hosts, body, text_of)) return;
  body.Write("}");
}

void WriteMetersJson(const std::vector<MeterAnswer>& meters, BodyWriter& body) {
  body.Write("{\"meters\":[");
  std::string_view separator;
  for (const MeterAnswer& answer : meters) {
    body.Write(separator);
    body.Write(MeterHead(answer));
    separator = ",";
    if (answer.rows) {
      body.Write(",");
      if (!WriteList("rows", *answer.rows, body, RowText)) return;
    }
    body.Write("}");
  }
  body.Write("]}");
}

}  // namespace ipband
