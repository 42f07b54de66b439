// SPDX-License-Identifier: Apache-2.0
//
// What the exporter's API has answered, as plain data. An answer is from
// anywhere and may be anything: texts are cleaned of what a terminal would
// obey, and what is missing or of another kind counts as nothing. Pure
// functions; they throw Error where an answer is none at all. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

struct CaptureAnswer {
  std::string interface;
  bool up = false;
  uint64_t packets = 0;
  uint64_t dropped_packets = 0;
};

// Rates are bytes per second.
struct SubnetAnswer {
  std::string interface;
  std::string subnet;
  std::string name;
  double recent = 0;
  std::optional<double> bandwidth;  // none before a period has ended
  std::optional<double> threshold;
  bool watched = false;
  bool reported = false;
  uint64_t watch_seconds = 0;
  uint64_t hosts = 0;
};

struct HostAnswer {
  std::string interface;
  std::string address;
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
  // Between two answers; see AddRates.
  std::optional<double> receive_rate;
  std::optional<double> transmit_rate;
};

struct HostsAnswer {
  double time = 0;  // seconds since the epoch
  std::vector<HostAnswer> hosts;
};

struct MeterRowAnswer {
  std::string address;
  uint64_t in = 0;  // bytes
  uint64_t out = 0;
};

struct MeterTableAnswer {
  std::string meter;
  std::optional<int64_t> since;
  std::optional<int64_t> next_dump;
  uint64_t hosts = 0;
  uint64_t in = 0;
  uint64_t out = 0;
  uint64_t hosts_not_shown = 0;
  bool more_not_shown = false;
  std::vector<MeterRowAnswer> rows;
};

struct ReportAnswer {
  std::string id;
  std::string name;
  double bandwidth = 0;  // bytes per second
  double threshold = 0;
  uint64_t exceeded_seconds = 0;
};

struct TopView {
  std::vector<CaptureAnswer> captures;
  std::vector<SubnetAnswer> subnets;
  HostsAnswer hosts;
  std::vector<MeterTableAnswer> meters;
};

// /api/v1/subnets; fills captures and subnets.
void ReadSubnets(std::string_view json, TopView& view);
// /api/v1/top
HostsAnswer ReadHosts(std::string_view json);
// /api/v1/meters
std::vector<MeterTableAnswer> ReadMeters(std::string_view json);
// /api/v1/reports
std::vector<ReportAnswer> ReadReports(std::string_view json);

// What an answer says that is not the one asked for: the text of an error in
// Prometheus' envelope, else the first line of the text.
std::string ReadRefusal(std::string_view body);

// Rates since an answer before. A host that was not in it counts from zero if
// it would have been there, that is, if fewer than `most` hosts were.
void AddRates(const HostsAnswer& before, size_t most, HostsAnswer& now);

}  // namespace ipband
