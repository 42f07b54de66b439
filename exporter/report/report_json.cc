// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/report_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "exporter/report/report_id.h"
#include "exporter/report/report_text.h"
#include "exporter/text/one_line.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Longer ones are not ours: a label is at most a file name, a name at most a
// line of the configuration.
constexpr size_t kMaxText = 4096;

// --- Writing ---

std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json EndJson(const Address& address, uint16_t port, uint64_t bytes,
                     const HostNameMap& host_names) {
  ordered_json end = {
      {"address", ToString(address)}, {"port", port}, {"bytes", bytes}};
  const auto name = host_names.find(address);
  if (name != host_names.end()) end["name"] = name->second;
  return end;
}

ordered_json ConnectionJson(const Connection& connection,
                            ServiceNames& services,
                            const HostNameMap& host_names) {
  return {{"protocol", services.Protocol(connection.protocol)},
          {"protocol_number", connection.protocol},
          {"service", services.Service(connection)},
          {"from", EndJson(connection.from, connection.from_port,
                           connection.from_bytes, host_names)},
          {"to", EndJson(connection.to, connection.to_port, connection.to_bytes,
                         host_names)},
          {"packets", connection.packets},
          {"first_seen", Rfc3339Utc(connection.first_seen)},
          {"last_seen", Rfc3339Utc(connection.last_seen)}};
}

// All but the connections.
ordered_json HeadJson(const Report& report, std::string_view id) {
  return {{"id", id},
          {"interface", report.interface},
          {"subnet", ToString(report.subnet)},
          {"name", report.name},
          {"time", Rfc3339Utc(report.at)},
          {"start", Rfc3339Utc(report.since)},  // of the episode
          // The window that the connections and the lost packets are from.
          {"since", Rfc3339Utc(report.since)},
          {"until", Rfc3339Utc(report.at)},
          {"detail_since", Rfc3339Utc(report.detail_since)},
          {"threshold_bytes_per_second", report.threshold},
          {"bandwidth_bytes_per_second", report.bandwidth},
          {"exceeded_seconds", report.exceeded_seconds},
          {"accumulated_seconds", report.accumulated_seconds},
          {"accumulated_percent", AccumulatedPercent(report)},
          {"accumulated_since", Rfc3339Utc(report.accumulated_since)},
          {"dropped_packets", report.dropped_packets},
          {"omitted_connections", report.omitted_connections},
          {"omitted_bytes", report.omitted_bytes},
          {"others",
           {{"connections", report.others.connections},
            {"bytes", report.others.bytes},
            {"packets", report.others.packets}}}};
}

// --- Reading: each Read says whether the key is there and of its type ---

bool Read(const json& object, const char* key, std::string& out) {
  const auto value = object.find(key);
  if (value == object.end() || !value->is_string()) return false;
  out = value->get_ref<const std::string&>();
  return out.size() <= kMaxText;
}

template <typename Unsigned>
bool ReadCount(const json& object, const char* key, Unsigned& out) {
  const auto value = object.find(key);
  if (value == object.end() || !value->is_number_unsigned()) return false;
  const auto count = value->get<uint64_t>();
  out = static_cast<Unsigned>(count);
  return count <= std::numeric_limits<Unsigned>::max();
}

bool ReadNumber(const json& object, const char* key, double& out) {
  const auto value = object.find(key);
  if (value == object.end() || !value->is_number()) return false;
  out = value->get<double>();
  return out >= 0;
}

bool ReadTime(const json& object, const char* key, int64_t& out) {
  std::string text;
  if (!Read(object, key, text)) return false;
  const std::optional<int64_t> time = ParseRfc3339Utc(text);
  out = time.value_or(0);
  return time.has_value();
}

bool ReadSubnet(const json& object, Prefix& out) {
  std::string text;
  if (!Read(object, "subnet", text)) return false;
  const std::optional<Prefix> prefix = ParsePrefix(text);
  out = prefix.value_or(Prefix{});
  return prefix && ToString(*prefix) == text;
}

bool ReadEnd(const json& connection, const char* key, Address& address,
             uint16_t& port, uint64_t& bytes, HostNameMap& host_names) {
  const auto end = connection.find(key);
  std::string text;
  if (end == connection.end() || !end->is_object() ||
      !Read(*end, "address", text) || !ReadCount(*end, "port", port) ||
      !ReadCount(*end, "bytes", bytes)) {
    return false;
  }
  const std::optional<Address> parsed = ParseAddress(text);
  if (!parsed) return false;
  address = *parsed;
  if (!end->contains("name")) return true;
  std::string& name = host_names[address];
  return Read(*end, "name", name) && IsOneWord(name);
}

bool ReadConnection(const json& object, StoredReport& stored) {
  if (!object.is_object()) return false;
  Connection connection;
  StoredReport::Names names;
  const bool is_good =
      Read(object, "protocol", names.protocol) &&
      ReadCount(object, "protocol_number", connection.protocol) &&
      Read(object, "service", names.service) &&
      ReadEnd(object, "from", connection.from, connection.from_port,
              connection.from_bytes, stored.host_names) &&
      ReadEnd(object, "to", connection.to, connection.to_port,
              connection.to_bytes, stored.host_names) &&
      ReadCount(object, "packets", connection.packets) &&
      ReadTime(object, "first_seen", connection.first_seen) &&
      ReadTime(object, "last_seen", connection.last_seen);
  stored.report.connections.push_back(connection);
  stored.names.push_back(std::move(names));
  return is_good;
}

bool ReadHead(const json& object, StoredReport& stored) {
  Report& report = stored.report;
  const auto others = object.find("others");
  const auto connections = object.find("connections");
  return Read(object, "id", stored.id) && IsReportId(stored.id) &&
         Read(object, "interface", report.interface) &&
         ReadSubnet(object, report.subnet) &&
         Read(object, "name", report.name) &&
         ReadTime(object, "time", report.at) &&
         ReadTime(object, "start", report.since) &&
         ReadTime(object, "detail_since", report.detail_since) &&
         ReadNumber(object, "threshold_bytes_per_second", report.threshold) &&
         ReadNumber(object, "bandwidth_bytes_per_second", report.bandwidth) &&
         ReadCount(object, "exceeded_seconds", report.exceeded_seconds) &&
         ReadCount(object, "accumulated_seconds", report.accumulated_seconds) &&
         ReadTime(object, "accumulated_since", report.accumulated_since) &&
         ReadCount(object, "dropped_packets", report.dropped_packets) &&
         ReadCount(object, "omitted_connections", report.omitted_connections) &&
         ReadCount(object, "omitted_bytes", report.omitted_bytes) &&
         connections != object.end() && connections->is_array() &&
         others != object.end() && others->is_object() &&
         ReadCount(*others, "connections", report.others.connections) &&
         ReadCount(*others, "bytes", report.others.bytes) &&
         ReadCount(*others, "packets", report.others.packets);
}

bool IsKnown(std::string_view key) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"accumulated_seconds",
                                       "accumulated_since",
                                       "address",
                                       "bandwidth_bytes_per_second",
                                       "bytes",
                                       "connections",
                                       "detail_since",
                                       "dropped_packets",
                                       "exceeded_seconds",
                                       "first_seen",
                                       "from",
                                       "id",
                                       "interface",
                                       "last_seen",
                                       "name",
                                       "omitted_bytes",
                                       "omitted_connections",
                                       "others",
                                       "packets",
                                       "port",
                                       "protocol",
                                       "protocol_number",
                                       "service",
                                       "start",
                                       "subnet",
                                       "threshold_bytes_per_second",
                                       "time",
                                       "to"});
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

struct NotAReport {};

// Sees every part of the document as it is parsed and says whether it is to
// be kept. Takes each connection out at once, so that memory is bounded by
// what a Report takes. The parser looks through all the siblings of an object
// when that ends, so a hostile document must not have many: unknown keys are
// dropped, and the connections are the only array. Throws NotAReport.
class Filter {
 public:
  explicit Filter(StoredReport& stored) : stored_(stored) {}

  bool Keep(int depth, json::parse_event_t event, const json& part) {
    constexpr int kMaxDepth = 3;  // the ends of a connection
    using Event = json::parse_event_t;
    if (event == Event::key) {
      const auto& key = part.get_ref<const std::string&>();
      if (depth == 1) in_connections_ = key == "connections";
      return IsKnown(key);
    }
    const bool begins =
        event == Event::object_start || event == Event::array_start;
    if (begins && depth > kMaxDepth) throw NotAReport();
    if (event == Event::array_start && !(depth == 1 && in_connections_)) {
      throw NotAReport();
    }
    const bool is_connection = in_connections_ && depth == 2 && !begins;
    if (!is_connection) return true;
    if (!ReadConnection(part, stored_)) throw NotAReport();
    return false;
  }

 private:
  StoredReport& stored_;
  bool in_connections_ = false;
};

}  // namespace

std::string ReportJson(const Report& report, std::string_view id,
                       ServiceNames& services, const HostNameMap& host_names) {
  std::string text = Dump(HeadJson(report, id));
  // Row by row: as one tree, all connections would take ten times the memory.
  text.back() = ',';
  text += "\"connections\":[";
  for (const Connection& connection : report.connections) {
    text += Dump(ConnectionJson(connection, services, host_names));
    text += ',';
  }
  if (!report.connections.empty()) text.pop_back();
  return text + "]}\n";
}

std::optional<StoredReport> ParseReportJson(std::string_view text) {
  if (text.size() > kMaxReportJson) return std::nullopt;
  StoredReport stored;
  Filter filter(stored);
  try {
    const json document = json::parse(
        text.begin(), text.end(),
        [&filter](int depth, json::parse_event_t event, json& part) {
          return filter.Keep(depth, event, part);
        },
        /*allow_exceptions=*/false);
    if (!document.is_object() || !ReadHead(document, stored)) {
      return std::nullopt;
    }
  } catch (const NotAReport&) {
    return std::nullopt;
  }
  return stored;
}

}  // namespace ipband
