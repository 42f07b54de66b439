// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/yaml_text.h"

#include <algorithm>
#include <array>

#include "collectors/net/utf8.h"
#include "exporter/config/ascii.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// Words that are no text to some reader of YAML.
constexpr std::array<std::string_view, 9> kReserved = {
    "true", "false", "yes", "no", "on", "off", "null", "y", "n"};

bool IsPlainCharacter(char c) {
  return IsLetter(c) || IsDigit(c) ||
         std::string_view("/._+@%-").find(c) != std::string_view::npos;
}

bool IsPlain(std::string_view text) {
  if (text.empty() || !(IsLetter(text[0]) || text[0] == '/')) return false;
  return std::all_of(text.begin(), text.end(), IsPlainCharacter) &&
         std::find(kReserved.begin(), kReserved.end(), LowerCase(text)) ==
             kReserved.end();
}

// Characters of two and three bytes that end a line or that nobody sees: C1,
// the line and paragraph separators, the byte order mark.
bool IsHidden(std::string_view character) {
  return (character.size() == 2 && character[0] == '\xc2' &&
          static_cast<unsigned char>(character[1]) < 0xa0) ||
         character == "\xe2\x80\xa8" || character == "\xe2\x80\xa9" ||
         character == "\xef\xbb\xbf";
}

// Of up to three bytes.
std::string Escape(std::string_view character) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(character[i]));
  };
  uint32_t code = byte(0);
  if (character.size() == 2) code = (code & 0x1f) << 6 | (byte(1) & 0x3f);
  if (character.size() == 3) {
    code = (code & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  }
  std::string text = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    text += kDigits[code >> shift & 0xf];
  }
  return text;
}

// Whatever stood in the file, a comment stays one line.
std::string CommentLine(std::string_view sentence) {
  std::string line = EscapeInvalidUtf8(sentence);
  std::replace_if(line.begin(), line.end(), IsControl, ' ');
  return line;
}

}  // namespace

std::string YamlString(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  if (Utf8Length(text) != text.size()) {
    throw BadValue(Quote(EscapeInvalidUtf8(text)) +
                   " is not UTF-8, which YAML has to be; allowed: UTF-8");
  }
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::string_view character =
        text.substr(0, Utf8CharacterLength(text));
    text.remove_prefix(character.size());
    if (character == "\"" || character == "\\") {
      quoted += '\\';
      quoted += character;
    } else if (IsControl(character[0]) || IsHidden(character)) {
      quoted += Escape(character);
    } else {
      quoted += character;
    }
  }
  return quoted + '"';
}

std::string YamlWord(std::string_view word) {
  return word.find(':') == word.npos ? std::string(word)
                                     : '"' + std::string(word) + '"';
}

std::string YamlBool(bool value) { return value ? "true" : "false"; }

std::string YamlList(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) {
    list += (list.empty() ? "[" : ", ") + value;
  }
  return list.empty() ? "[]" : list + "]";
}

std::string YamlStrings(const std::vector<std::string>& texts) {
  std::vector<std::string> values;
  values.reserve(texts.size());
  for (const std::string& text : texts) values.push_back(YamlString(text));
  return YamlList(values);
}

YamlText::YamlText(const YamlComments& comments) : comments_(comments) {
  WriteComments("");
}

void YamlText::Open(std::string_view key) {
  levels_.push_back({std::string(key)});
  WriteComments(PathOf(""));
}

void YamlText::Close() { levels_.pop_back(); }

void YamlText::OpenList(std::string_view key) {
  Open(key);
  WriteHeads();
}

void YamlText::WriteItem(const std::string& value) { Line("- " + value); }

void YamlText::OpenItem() { levels_.push_back({"", false, true}); }

void YamlText::CloseItem() { levels_.pop_back(); }

void YamlText::Write(std::string_view key, const std::string& value) {
  WriteComments(PathOf(key));
  WriteHeads();
  Line(std::string(key) + ": " + value);
}

void YamlText::Write(std::string_view key, const std::string& value,
                     const std::string& by_default) {
  if (value != by_default) {
    Write(key, value);
  } else {
    WriteComments(PathOf(key));
  }
}

std::string YamlText::PathOf(std::string_view key) const {
  std::string path;
  const auto add = [&](std::string_view name) {
    if (name.empty()) return;
    if (!path.empty()) path += '.';
    path += name;
  };
  for (const Level& level : levels_) add(level.key);
  add(key);
  return path;
}

std::string YamlText::Indent() const {
  return std::string(2 * levels_.size(), ' ');
}

void YamlText::WriteComments(const std::string& path) {
  const auto found = comments_.find(path);
  if (found == comments_.end()) return;
  WriteHeads();
  for (const std::string& sentence : found->second) {
    text_ += Indent() + "# " + CommentLine(sentence) + '\n';
  }
}

void YamlText::WriteHeads() {
  for (size_t i = 0; i < levels_.size(); ++i) {
    Level& level = levels_[i];
    if (level.is_written || level.is_item) continue;
    text_ += std::string(2 * i, ' ') + level.key + ":\n";
    level.is_written = true;
  }
}

// The first line of an item has a dash in place of its last blanks.
void YamlText::Line(const std::string& line) {
  std::string indent = Indent();
  for (size_t i = 0; i < levels_.size(); ++i) {
    if (!levels_[i].is_item || levels_[i].is_written) continue;
    indent[2 * i] = '-';
    levels_[i].is_written = true;
  }
  text_ += indent + line + '\n';
}

}  // namespace ipband
