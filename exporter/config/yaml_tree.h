// SPDX-License-Identifier: Apache-2.0
//
// A YAML document as a tree of plain values, each with its place in the file.
// The only unit that knows yaml-cpp. What a configuration has no use for (tags,
// merge keys, several documents, one key twice) is refused here. Any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/text_file.h"

namespace ipband {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  int line = 1;                    // of an alias: where it is used
  int column = 1;                  // in characters, from 1
  std::string text;                // of a scalar
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the order of the file
};

struct YamlEntry {
  YamlNode key;  // a scalar
  YamlNode value;
};

// An empty file is a null node. Throws Error ("FILE:LINE:COL: ...").
YamlNode ParseYaml(const TextFile& file);

// "FILE:LINE:COL"
std::string PlaceOf(const YamlNode& node, const std::string& file);

}  // namespace ipband
