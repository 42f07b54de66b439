// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/answers.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "collectors/net/utf8.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

using nlohmann::json;

// Nothing of ours is longer, or deeper.
constexpr size_t kMaxText = 256;
constexpr int kMaxDepth = 16;

std::string Clean(std::string_view text) {
  text = text.substr(0, kMaxText);
  // Not to end within a character.
  const size_t whole = Utf8Length(text);
  if (text.size() - whole < 4 && text.size() == kMaxText) {
    text = text.substr(0, whole);
  }
  return OneLine(text);
}

json ParseJson(std::string_view text) {
  const auto not_too_deep = [](int depth, json::parse_event_t, json&) {
    if (depth > kMaxDepth) throw Error("the answer is nested too deeply");
    return true;
  };
  try {
    return json::parse(text, not_too_deep);
  } catch (const json::exception&) {
    throw Error("the answer is not JSON; is this the exporter's address?");
  }
}

const json& Member(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

const json& ListOf(const json& answer, const char* name) {
  const json& list = Member(Member(answer, "data"), name);
  if (!list.is_array()) {
    throw Error(std::string("the answer has no ") + name +
                "; is this the exporter's address?");
  }
  return list;
}

std::string TextOf(const json& object, const char* name) {
  const json& value = Member(object, name);
  return value.is_string() ? Clean(value.get_ref<const std::string&>()) : "";
}

uint64_t CountOf(const json& object, const char* name) {
  const json& value = Member(object, name);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

std::optional<int64_t> TimeOf(const json& object, const char* name) {
  const json& value = Member(object, name);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<int64_t>();
}

std::optional<double> NumberOf(const json& object, const char* name) {
  const json& value = Member(object, name);
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

bool IsTrue(const json& object, const char* name) {
  return Member(object, name) == true;
}

SubnetAnswer SubnetOf(const json& object) {
  return {.interface = TextOf(object, "interface"),
          .subnet = TextOf(object, "subnet"),
          .name = TextOf(object, "name"),
          .recent = NumberOf(object, "recent_bytes_per_second").value_or(0),
          .bandwidth = NumberOf(object, "bandwidth_bytes_per_second"),
          .threshold = NumberOf(object, "threshold_bytes_per_second"),
          .watched = IsTrue(object, "watched"),
          .reported = IsTrue(object, "reported"),
          .watch_seconds = CountOf(object, "watch_seconds"),
          .hosts = CountOf(object, "hosts")};
}

MeterTableAnswer MeterOf(const json& object) {
  const json& not_shown = Member(object, "not_shown");
  MeterTableAnswer meter = {.meter = TextOf(object, "meter"),
                            .since = TimeOf(object, "since"),
                            .next_dump = TimeOf(object, "next_dump"),
                            .hosts = CountOf(object, "hosts"),
                            .in = CountOf(object, "in_bytes"),
                            .out = CountOf(object, "out_bytes"),
                            .hosts_not_shown = CountOf(not_shown, "hosts"),
                            .more_not_shown = IsTrue(not_shown, "more_hosts")};
  const json& rows = Member(object, "rows");
  if (!rows.is_array()) return meter;
  for (const json& row : rows) {
    meter.rows.push_back({TextOf(row, "address"), CountOf(row, "in_bytes"),
                          CountOf(row, "out_bytes")});
  }
  return meter;
}

std::optional<double> RateBetween(uint64_t before, uint64_t now,
                                  double elapsed) {
  // The host's series has ended in between and begun anew.
  if (now < before) return std::nullopt;
  return static_cast<double>(now - before) / elapsed;
}

}  // namespace

void ReadSubnets(std::string_view text, TopView& view) {
  const json answer = ParseJson(text);
  view.captures.clear();
  view.subnets.clear();
  for (const json& capture : ListOf(answer, "captures")) {
    view.captures.push_back({TextOf(capture, "interface"),
                             IsTrue(capture, "up"), CountOf(capture, "packets"),
                             CountOf(capture, "dropped_packets")});
  }
  for (const json& subnet : ListOf(answer, "subnets")) {
    view.subnets.push_back(SubnetOf(subnet));
  }
}

HostsAnswer ReadHosts(std::string_view text) {
  const json answer = ParseJson(text);
  HostsAnswer read;
  read.time = NumberOf(Member(answer, "data"), "time").value_or(0);
  for (const json& host : ListOf(answer, "hosts")) {
    read.hosts.push_back({.interface = TextOf(host, "interface"),
                          .address = TextOf(host, "address"),
                          .receive_bytes = CountOf(host, "receive_bytes"),
                          .transmit_bytes = CountOf(host, "transmit_bytes")});
  }
  return read;
}

std::vector<MeterTableAnswer> ReadMeters(std::string_view text) {
  const json answer = ParseJson(text);
  std::vector<MeterTableAnswer> meters;
  for (const json& meter : ListOf(answer, "meters")) {
    meters.push_back(MeterOf(meter));
  }
  return meters;
}

std::vector<ReportAnswer> ReadReports(std::string_view text) {
  const json answer = ParseJson(text);
  std::vector<ReportAnswer> reports;
  for (const json& report : ListOf(answer, "reports")) {
    reports.push_back(
        {.id = TextOf(report, "id"),
         .name = TextOf(report, "name"),
         .bandwidth =
             NumberOf(report, "bandwidth_bytes_per_second").value_or(0),
         .threshold =
             NumberOf(report, "threshold_bytes_per_second").value_or(0),
         .exceeded_seconds = CountOf(report, "exceeded_seconds")});
  }
  return reports;
}

std::string ReadRefusal(std::string_view body) {
  if (body.starts_with('{')) {
    try {
      return TextOf(ParseJson(body), "error");
    } catch (const Error&) {
      return "";
    }
  }
  std::string_view line = body.substr(0, body.find('\n'));
  // A page of HTML says nothing to somebody at a terminal.
  if (line.starts_with('<')) line = "";
  return Clean(line);
}

void AddRates(const HostsAnswer& before, size_t most, HostsAnswer& now) {
  const double elapsed = now.time - before.time;
  if (before.time <= 0 || elapsed <= 0) return;
  using Place = std::pair<std::string_view, std::string_view>;
  std::map<Place, const HostAnswer*> known;
  for (const HostAnswer& host : before.hosts) {
    known.emplace(Place(host.interface, host.address), &host);
  }
  const bool knows_all = before.hosts.size() < most;
  static const HostAnswer kNothingYet;
  for (HostAnswer& host : now.hosts) {
    const auto found = known.find(Place(host.interface, host.address));
    if (found == known.end() && !knows_all) continue;
    const HostAnswer& then =
        found == known.end() ? kNothingYet : *found->second;
    host.receive_rate =
        RateBetween(then.receive_bytes, host.receive_bytes, elapsed);
    host.transmit_rate =
        RateBetween(then.transmit_bytes, host.transmit_bytes, elapsed);
  }
}

}  // namespace ipband
