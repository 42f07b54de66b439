// SPDX-License-Identifier: Apache-2.0
//
// YAML put together line by line, as ParseYaml reads it. Knows nothing of what
// the keys mean. Text that is not UTF-8 is refused with BadValue. One thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

// A text from outside: plain if it is a word that YAML takes for nothing else,
// else in double quotes.
std::string YamlString(std::string_view text);
// A word of our own, such as 1h30m or 10.1.0.0/16; in quotes only with a ':'.
std::string YamlWord(std::string_view word);
std::string YamlBool(bool value);
// [a, b], of values that are YAML already.
std::string YamlList(const std::vector<std::string>& values);
std::string YamlStrings(const std::vector<std::string>& texts);

// Sentences by the key they are about ("reports.html"); "" is the whole file.
using YamlComments = std::map<std::string, std::vector<std::string>>;

class YamlText {
 public:
  // Those of the whole file are written at once.
  explicit YamlText(const YamlComments& comments);

  // A map of keys, written once something is in it.
  void Open(std::string_view key);
  void Close();

  // A list, and each map or single value in it.
  void OpenList(std::string_view key);
  void WriteItem(const std::string& value);
  void OpenItem();
  void CloseItem();
  void CloseList() { Close(); }

  // "key: value", led by the key's comments. Value is YAML already.
  void Write(std::string_view key, const std::string& value);
  // The same, but if that is the default only the comments.
  void Write(std::string_view key, const std::string& value,
             const std::string& by_default);

  const std::string& text() const { return text_; }

 private:
  struct Level {
    std::string key;
    bool is_written = false;
    bool is_item = false;
  };

  std::string PathOf(std::string_view key) const;
  std::string Indent() const;
  void WriteComments(const std::string& path);
  void WriteHeads();
  void Line(const std::string& line);

  const YamlComments& comments_;
  std::vector<Level> levels_;
  std::string text_;
};

}  // namespace ipband
