// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers of configuration files have in common.
#pragma once

#include <string>
#include <utility>

#include "exporter/config/config.h"
#include "exporter/config/load_yaml.h"
#include "exporter/config/write_yaml.h"
#include "exporter/error.h"
#include "tests/fuzz/fuzzer.h"

namespace ipband {

inline Config ReadYaml(const std::string& text) {
  Config config;
  Origins origins;
  LoadYaml({.name = "again.yml", .text = text}, config, origins);
  return config;
}

// A configuration that came from one of the old files. YAML says the same or,
// as for control characters, that it cannot.
inline void ExpectConverts(Config config) {
  // What convert puts into another form before.
  config.reports.mail.to.clear();
  for (MeterConfig& meter : config.meters) {
    if (meter.meter.clear != MeterClear::kEvery) meter.meter.clear_grid = {};
  }
  Config again;
  try {
    again = ReadYaml(WriteYaml(config));
  } catch (const BadValue& bad) {
    return ExpectOneLine(bad.what());
  } catch (const Error& error) {
    return ExpectOneLine(error.what());
  }
  Expect(again == config, "what is written as YAML is read as the same");
}

}  // namespace ipband
