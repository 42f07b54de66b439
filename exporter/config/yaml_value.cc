// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/yaml_value.h"

#include "exporter/config/wording.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

std::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "";
}

std::string Is(YamlNode::Kind kind) {
  return "is " + std::string(KindName(kind)) + "; allowed: ";
}

}  // namespace

// Where anybody may name a key, its name may hold anything.
void YamlValue::Fail(const std::string& sentence) const {
  throw FileError(Place(),
                  path_.empty() ? sentence : OneLine(path_) + ": " + sentence);
}

void YamlValue::FailKey(const std::vector<std::string_view>& allowed) const {
  Fail("unknown key " + Quote(Text()) + "; " + AllowedWords(Text(), allowed));
}

void YamlValue::FailWord(const std::vector<std::string_view>& allowed) const {
  Fail(Quote(Text()) + " is not known; " + AllowedWords(Text(), allowed));
}

const std::string& YamlValue::Text() const {
  if (node_->kind == YamlNode::Kind::kScalar) return node_->text;
  Fail(Is(node_->kind) + "a single value");
}

bool YamlValue::Bool() const {
  return OneOf<bool>({{"true", true}, {"false", false}});
}

std::vector<YamlValue> YamlValue::List() const {
  if (node_->kind != YamlNode::Kind::kList) {
    Fail(Is(node_->kind) + "a list in [ ] or of lines that begin with -");
  }
  std::vector<YamlValue> values;
  for (const YamlNode& item : node_->items) {
    values.emplace_back(item, path_, *source_);
  }
  return values;
}

std::vector<YamlValue> YamlValue::ListOfSome() const {
  std::vector<YamlValue> values = List();
  if (values.empty()) Fail("is an empty list; allowed: at least one element");
  return values;
}

std::vector<std::pair<YamlValue, YamlValue>> YamlValue::Entries() const {
  if (node_->kind == YamlNode::Kind::kNull) return {};
  if (!IsMap()) Fail(Is(node_->kind) + "a map of keys");
  std::vector<std::pair<YamlValue, YamlValue>> entries;
  for (const YamlEntry& entry : node_->entries) {
    const std::string prefix = path_.empty() ? "" : path_ + ".";
    entries.emplace_back(
        YamlValue(entry.key, path_, *source_),
        YamlValue(entry.value, prefix + entry.key.text, *source_));
  }
  return entries;
}

}  // namespace ipband
