// SPDX-License-Identifier: Apache-2.0
//
// Tables as text for a terminal or a pipe. Pure functions; any thread.
// Widths are columns of a screen, of which some characters take two or none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

enum class TextStyle : uint8_t { kPlain, kHead, kWarning, kAlarm };

// What is drawn on.
struct TextSpace {
  size_t width = 0;   // columns; 0: any
  size_t height = 0;  // lines; 0: any
  bool colours = false;
};

struct TextTable {
  struct Column {
    std::string head;
    bool right = false;  // where its cells stand
    // Where there is no room, these get narrower, and then columns are left
    // out: those with the highest `spare` first, from the right.
    bool shrinks = false;
    uint8_t spare = 0;
  };
  struct Cell {
    std::string text;
    TextStyle style = TextStyle::kPlain;
  };
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // a cell for each column
};

size_t TextWidth(std::string_view text);

// At most `width` columns, the last one "~" where characters are missing.
std::string CutText(std::string_view text, size_t width);

std::string Styled(std::string text, TextStyle style, bool colours);

// The head and the first `rows` rows, a line each, within the width.
std::vector<std::string> DrawTable(const TextTable& table, size_t rows,
                                   const TextSpace& space);

}  // namespace ipband
