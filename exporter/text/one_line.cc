// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/one_line.h"

#include "collectors/net/utf8.h"

namespace ipband {
namespace {

// REQUIRES: a whole character at the beginning.
bool BeginsWithControl(std::string_view text) {
  if (IsControl(text[0])) return true;
  // U+0080 to U+009F.
  if (text[0] == '\xc2') return static_cast<unsigned char>(text[1]) < 0xa0;
  // Ends of a line and of a paragraph, as YAML takes them.
  return text.starts_with("\u2028") || text.starts_with("\u2029");
}

}  // namespace

bool IsOneWord(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    if (length == 0 || text[0] == ' ' || BeginsWithControl(text)) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string OneLine(std::string_view text) {
  const std::string valid = EscapeInvalidUtf8(text);
  std::string line;
  for (size_t i = 0; i < valid.size();) {
    const std::string_view rest = std::string_view(valid).substr(i);
    const size_t length = Utf8CharacterLength(rest);
    line += BeginsWithControl(rest) ? "?" : rest.substr(0, length);
    i += length;
  }
  return line;
}

}  // namespace ipband
