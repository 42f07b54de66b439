// SPDX-License-Identifier: Apache-2.0
//
// Builds prometheus-cpp's families, which want every sample spelled out.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace ipband {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

class FamilyBuilder {
 public:
  static FamilyBuilder Counter(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Counter};
  }
  static FamilyBuilder Gauge(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Gauge};
  }

  template <typename Number>
  FamilyBuilder& Add(MetricLabels labels, Number number) {
    const auto value = static_cast<double>(number);
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    metric.gauge.value = value;
    family_.metric.push_back(std::move(metric));
    return *this;
  }

  prometheus::MetricFamily Build() { return std::move(family_); }

 private:
  FamilyBuilder(std::string name, std::string help,
                prometheus::MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  prometheus::MetricFamily family_;
};

// A family of one series without labels.
template <typename Number>
prometheus::MetricFamily GaugeFamily(std::string name, std::string help,
                                     Number value) {
  return FamilyBuilder::Gauge(std::move(name), std::move(help))
      .Add({}, value)
      .Build();
}
template <typename Number>
prometheus::MetricFamily CounterFamily(std::string name, std::string help,
                                       Number value) {
  return FamilyBuilder::Counter(std::move(name), std::move(help))
      .Add({}, value)
      .Build();
}

}  // namespace ipband
