// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/top_source.h"

#include <utility>

#include "exporter/control/http_get.h"

namespace ipband {
namespace {

// All that the exporter tells: the busiest of the moment need not be among
// those with the most bytes.
constexpr size_t kMostHosts = 1000;

}  // namespace

TopSource::TopSource(TopOptions options) : options_(std::move(options)) {}

std::string TopSource::SubnetQuery() const {
  std::string query;
  AddToQuery(query, "interface", options_.interface);
  AddToQuery(query, "subnet", options_.subnet);
  return query;
}

std::string TopSource::MeterQuery() const {
  std::string query;
  AddToQuery(query, "meter", options_.meter);
  AddToQuery(query, "address", options_.address);
  if (!options_.meter.empty() && options_.address.empty()) {
    AddToQuery(query, "n", std::to_string(options_.rows));
  }
  return query;
}

TopView TopSource::Ask(std::stop_token stop) {
  TopView view;
  const auto get = [&](const char* path, const std::string& query) {
    return HttpGet(UrlOf(options_.url, path) + query, stop);
  };
  if (!ShowsMeters(options_)) {
    ReadSubnets(get("/api/v1/subnets", SubnetQuery()), view);
    if (!options_.interface.empty() && options_.subnet.empty()) return view;
  }
  if (options_.subnet.empty()) {
    view.meters = ReadMeters(get("/api/v1/meters", MeterQuery()));
    return view;
  }
  std::string query = SubnetQuery();
  AddToQuery(query, "n", std::to_string(kMostHosts));
  view.hosts = ReadHosts(get("/api/v1/top", query));
  AddRates(last_hosts_, kMostHosts, view.hosts);
  last_hosts_ = view.hosts;
  return view;
}

}  // namespace ipband
