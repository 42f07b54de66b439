// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl rules`: alerting rules for Prometheus, either the file that is
// shipped, or, with the periods of a configuration, rules by which Prometheus
// decides by itself what the exporter decides. Reads at most that
// configuration; asks no exporter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/options.h"

namespace ipband {

struct RulesOptions {
  bool promql = false;
  std::optional<std::string> config_file;  // of the exporter; none: defaults
  std::string format = "prometheus";       // or "kubernetes"
};

// ">= threshold for the report period" as an alert. `origin` says in the
// comments where the configuration comes from.
std::string PromqlRules(const Config& config, const std::string& origin);

// A file of rules as a PrometheusRule with the same groups, for the operator
// of that name; comments at the file's head stay there.
std::string AsPrometheusRule(std::string_view rules, const std::string& name);

// The text that is asked for. Warnings about the configuration go to standard
// error. Throws Error.
std::string Rules(const RulesOptions& options, const SystemPlaces& places = {});

// Prints it. Returns the exit code; throws Error.
int RunRules(const RulesOptions& options);

}  // namespace ipband
