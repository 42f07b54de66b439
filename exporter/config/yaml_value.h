// SPDX-License-Identifier: Apache-2.0
//
// Reads typed values out of a YAML tree; every complaint names the place and
// the key. A map is read by a table of its keys, which is at the same time the
// list of keys that are allowed there:
//
//   constexpr YamlKey<HostOptions> kKeys[] = {
//       {"max", [](const YamlValue& value, HostOptions& hosts) {
//          hosts.max = value.Integer({1, 10}); }}};
//   ReadKeys(value, kKeys, hosts);
//
// Lives while a file is being loaded; not for several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/config/yaml_tree.h"
#include "exporter/error.h"

namespace ipband {

// Where each value was set: "accounting.length" -> "FILE:LINE:COL". What the
// command line sets has the place "-r" or none.
using Origins = std::map<std::string, std::string, std::less<>>;

struct YamlSource {
  const std::string& file;
  Origins& origins;
};

class YamlValue {
 public:
  YamlValue(const YamlNode& node, std::string path, const YamlSource& source)
      : node_(&node), path_(std::move(path)), source_(&source) {}

  // Throws Error: "FILE:LINE:COL: key: sentence".
  [[noreturn]] void Fail(const std::string& sentence) const;

  // The text of a scalar, handed to a parser that throws BadValue.
  const std::string& Text() const;
  template <class Parser>
  auto Parse(const Parser& parser) const {
    const std::string& text = Text();
    try {
      return parser(text);
    } catch (const BadValue& error) {
      Fail(error.what());
    }
  }

  // Nothing, or what the parser makes of the text.
  template <class Parser>
  std::string EmptyOr(const Parser& parser) const {
    return Text().empty() ? "" : Parse(parser);
  }

  bool Bool() const;  // true or false
  // The value that belongs to the word.
  template <class T>
  T OneOf(std::initializer_list<std::pair<std::string_view, T>> words) const;

  bool IsNull() const { return node_->kind == YamlNode::Kind::kNull; }
  bool IsMap() const { return node_->kind == YamlNode::Kind::kMap; }
  bool IsList() const { return node_->kind == YamlNode::Kind::kList; }
  std::vector<YamlValue> List() const;
  std::vector<YamlValue> ListOfSome() const;  // not empty
  // Keys and values of a map. A null is an empty map, so that every key of a
  // section can be commented out.
  std::vector<std::pair<YamlValue, YamlValue>> Entries() const;

  std::string Place() const { return PlaceOf(*node_, source_->file); }
  int Line() const { return node_->line; }
  const std::string& Path() const { return path_; }
  // This is a key, and none of those.
  [[noreturn]] void FailKey(const std::vector<std::string_view>& allowed) const;
  void Remember() const { source_->origins[path_] = Place(); }
  Origins& AllOrigins() const { return source_->origins; }

 private:
  [[noreturn]] void FailWord(
      const std::vector<std::string_view>& allowed) const;

  const YamlNode* node_;
  std::string path_;  // "accounting.hosts.max"; empty for the whole file
  const YamlSource* source_;
};

template <class T>
struct YamlKey {
  std::string_view name;
  void (*read)(const YamlValue& value, T& out);
};

template <class T, size_t kCount>
void ReadKeys(const YamlValue& map, const YamlKey<T> (&keys)[kCount], T& out) {
  for (const auto& [name, value] : map.Entries()) {
    const YamlKey<T>* known = nullptr;
    std::vector<std::string_view> allowed;
    for (const YamlKey<T>& key : keys) {
      if (key.name == name.Text()) known = &key;
      allowed.push_back(key.name);
    }
    if (known == nullptr) name.FailKey(allowed);
    value.Remember();
    known->read(value, out);
  }
}

template <class T>
T YamlValue::OneOf(
    std::initializer_list<std::pair<std::string_view, T>> words) const {
  std::vector<std::string_view> allowed;
  for (const auto& [word, value] : words) {
    if (word == Text()) return value;
    allowed.push_back(word);
  }
  FailWord(allowed);
}

}  // namespace ipband
