// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/wording.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "exporter/text/one_line.h"

namespace ipband {
namespace {

constexpr size_t kMaxQuoted = 100;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// How many letters must be changed, added or taken away (Levenshtein), with
// capitals ignored.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1;
      const size_t best =
          std::min({row[j] + 1, row[j - 1] + 1, diagonal + change});
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

std::string Quote(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  const bool cut = text.size() > kMaxQuoted;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kMaxQuoted)) {
    if (IsControl(c)) {
      const auto byte = static_cast<unsigned char>(c);
      quoted += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + (cut ? "...\"" : "\"");
}

std::string Join(const std::vector<std::string_view>& words) {
  std::string joined;
  for (const std::string_view word : words) {
    if (!joined.empty()) joined += ", ";
    joined += word;
  }
  return joined;
}

std::string AllowedWords(std::string_view word,
                         const std::vector<std::string_view>& allowed) {
  std::string_view nearest;
  size_t least = std::min<size_t>(3, word.size() / 2 + 1);
  // A very long word is near to none of ours; do not measure it.
  if (word.size() <= 40) {
    for (const std::string_view candidate : allowed) {
      const size_t distance = Distance(word, candidate);
      if (distance >= least) continue;
      least = distance;
      nearest = candidate;
    }
  }
  std::string text;
  if (!nearest.empty()) text = "did you mean " + std::string(nearest) + "? ";
  return text + "allowed: " + Join(allowed);
}

}  // namespace ipband
