// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/text_table.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <cwchar>
#include <utility>

#include "collectors/net/utf8.h"

namespace ipband {
namespace {

constexpr size_t kGap = 2;
// A column that gives way stays readable.
constexpr size_t kNarrowest = 8;

// REQUIRES: a whole character.
size_t WidthOf(std::string_view character) {
  if (character.size() == 1) return 1;
  // Of our own: the user's may not be UTF-8.
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  const locale_t before = uselocale(kUnicode);
  wchar_t wide = 0;
  std::mbstate_t state{};
  const size_t length =
      std::mbrtowc(&wide, character.data(), character.size(), &state);
  const int width = length == character.size() ? wcwidth(wide) : -1;
  uselocale(before);
  return width < 0 ? 1 : static_cast<size_t>(width);
}

struct Character {
  std::string_view bytes;
  size_t width = 0;
};

// REQUIRES: there is one.
Character TakeCharacter(std::string_view& text) {
  const size_t length = std::max<size_t>(1, Utf8CharacterLength(text));
  const std::string_view bytes = text.substr(0, length);
  text.remove_prefix(length);
  return {bytes, WidthOf(bytes)};
}

std::vector<size_t> NaturalWidths(const TextTable& table, size_t rows) {
  std::vector<size_t> widths;
  for (const TextTable::Column& column : table.columns) {
    widths.push_back(TextWidth(column.head));
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], TextWidth(table.rows[row][i].text));
    }
  }
  return widths;
}

// Columns that are left out have no width.
size_t SumOf(const std::vector<size_t>& widths) {
  size_t sum = 0;
  for (const size_t width : widths) sum += width == 0 ? 0 : width + kGap;
  return sum - std::min(sum, kGap);
}

// The widest of those that may do so get narrower.
void Shrink(const TextTable& table, size_t width, std::vector<size_t>& widths) {
  for (size_t sum = SumOf(widths); sum > width; --sum) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (!table.columns[i].shrinks || widths[i] <= kNarrowest) continue;
      if (widest == nullptr || *widest < widths[i]) widest = &widths[i];
    }
    if (widest == nullptr) return;
    --*widest;
  }
}

// The column to be left out next, or nothing if there is only one.
size_t* Sparest(const TextTable& table, std::vector<size_t>& widths) {
  size_t* sparest = nullptr;
  int most = -1;
  int left = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    ++left;
    if (table.columns[i].spare < most) continue;
    most = table.columns[i].spare;
    sparest = &widths[i];
  }
  return left > 1 ? sparest : nullptr;
}

std::vector<size_t> Fit(const TextTable& table, size_t width,
                        std::vector<size_t> natural) {
  while (true) {
    std::vector<size_t> widths = natural;
    Shrink(table, width, widths);
    if (SumOf(widths) <= width) return widths;
    size_t* sparest = Sparest(table, natural);
    if (sparest == nullptr) {
      for (size_t& one : widths) one = std::min(one, width);
      return widths;
    }
    *sparest = 0;
  }
}

std::string Padded(std::string_view text, size_t width, bool right) {
  std::string cut = CutText(text, width);
  const std::string blanks(width - TextWidth(cut), ' ');
  return right ? blanks + cut : cut + blanks;
}

}  // namespace

size_t TextWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += TakeCharacter(text).width;
  return width;
}

std::string CutText(std::string_view text, size_t width) {
  if (TextWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string cut;
  for (size_t used = 0;;) {
    const Character next = TakeCharacter(text);
    used += next.width;
    if (used >= width) return cut + "~";
    cut += next.bytes;
  }
}

std::string Styled(std::string text, TextStyle style, bool colours) {
  if (!colours || style == TextStyle::kPlain) return text;
  const char* code = style == TextStyle::kHead      ? "\033[1m"
                     : style == TextStyle::kWarning ? "\033[33m"
                                                    : "\033[31;1m";
  return code + text + "\033[0m";
}

std::vector<std::string> DrawTable(const TextTable& table, size_t rows,
                                   const TextSpace& space) {
  rows = std::min(rows, table.rows.size());
  std::vector<size_t> widths = NaturalWidths(table, rows);
  if (space.width > 0) widths = Fit(table, space.width, std::move(widths));
  std::vector<TextTable::Cell> heads;
  for (const TextTable::Column& column : table.columns) {
    heads.push_back({column.head, TextStyle::kHead});
  }
  const auto line_of = [&](const std::vector<TextTable::Cell>& cells) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      if (!line.empty()) line.append(kGap, ' ');
      line += Styled(Padded(cells[i].text, widths[i], table.columns[i].right),
                     cells[i].style, space.colours);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  };
  std::vector<std::string> lines = {line_of(heads)};
  for (size_t row = 0; row < rows; ++row) {
    lines.push_back(line_of(table.rows[row]));
  }
  return lines;
}

}  // namespace ipband
