// SPDX-License-Identifier: Apache-2.0
//
// Numbers with units out of a YAML tree; complaints name the place and the
// key. Used while a file is being loaded.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "exporter/config/units.h"
#include "exporter/config/yaml_value.h"

namespace ipband {

template <class T>
T Whole(const YamlValue& value, Range<int64_t> allowed) {
  return value.Parse([&](const std::string& text) {
    return static_cast<T>(ParseInteger(text, allowed));
  });
}

inline std::chrono::seconds Duration(const YamlValue& value,
                                     Range<std::chrono::seconds> allowed) {
  return value.Parse(
      [&](const std::string& text) { return ParseDuration(text, allowed); });
}

inline uint64_t Size(const YamlValue& value, Range<uint64_t> allowed) {
  return value.Parse(
      [&](const std::string& text) { return ParseSize(text, allowed); });
}

}  // namespace ipband
