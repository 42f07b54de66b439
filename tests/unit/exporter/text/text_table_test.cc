// SPDX-License-Identifier: Apache-2.0
#include "exporter/text/text_table.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TextTable Cities() {
  TextTable table;
  table.columns = {{.head = "CITY", .shrinks = true},
                   {.head = "N", .right = true, .spare = 2},
                   {.head = "REMARK", .spare = 1}};
  table.rows = {{{"Zürich"}, {"12"}, {"old"}},
                {{"Vandans im Montafon"}, {"3"}, {""}}};
  return table;
}

std::string Draw(size_t width, size_t rows = 9) {
  return Joined(DrawTable(Cities(), rows, {.width = width}));
}

TEST(TextTable, StandsInColumns) {
  EXPECT_EQ(Draw(0),
            "CITY                  N  REMARK\n"
            "Zürich               12  old\n"
            "Vandans im Montafon   3\n");
}

TEST(TextTable, KnowsWideCharactersAndThoseWithoutAWidth) {
  TextTable table;
  table.columns = {{.head = "CITY"}, {.head = "N"}};
  table.rows = {{{"東京"}, {"1"}}, {{"Zu\u0308rich"}, {"2"}}};
  EXPECT_EQ(Joined(DrawTable(table, 2, {})),
            "CITY    N\n"
            "東京    1\n"
            "Zu\u0308rich  2\n");
  EXPECT_EQ(TextWidth("東京"), 4u);
  EXPECT_EQ(TextWidth("u\u0308"), 1u);
  EXPECT_EQ(CutText("東京都", 6), "東京都");
  EXPECT_EQ(CutText("東京都", 5), "東京~");
  EXPECT_EQ(CutText("東京都", 4), "東~");
  EXPECT_EQ(CutText("東京", 1), "~");
}

TEST(TextTable, IsAsWideAsTheRowsThatAreShown) {
  EXPECT_EQ(Draw(0, 1),
            "CITY     N  REMARK\n"
            "Zürich  12  old\n");
  EXPECT_EQ(Draw(0, 0), "CITY  N  REMARK\n");
}

TEST(TextTable, GetsNarrowerBeforeAnythingIsLeftOut) {
  EXPECT_EQ(Draw(24),
            "CITY           N  REMARK\n"
            "Zürich        12  old\n"
            "Vandans im ~   3\n");
}

TEST(TextTable, LeavesOutWhatIsSparest) {
  EXPECT_EQ(Draw(18),
            "CITY        REMARK\n"
            "Zürich      old\n"
            "Vandans i~\n");
  EXPECT_EQ(Draw(12),
            "CITY\n"
            "Zürich\n"
            "Vandans im ~\n");
  EXPECT_EQ(Draw(3),
            "CI~\n"
            "Zü~\n"
            "Va~\n");
}

TEST(TextTable, IsNeverWiderThanTheScreen) {
  for (size_t width = 1; width < 40; ++width) {
    for (const std::string& line : DrawTable(Cities(), 9, {.width = width})) {
      EXPECT_LE(TextWidth(line), width) << line;
    }
  }
}

TEST(TextTable, HasColoursWhereTheyAreWanted) {
  TextTable table;
  table.columns = {{.head = "A"}, {.head = "B"}};
  table.rows = {{{"1", TextStyle::kAlarm}, {"2", TextStyle::kWarning}}};
  EXPECT_EQ(Joined(DrawTable(table, 1, {.colours = true})),
            "\033[1mA\033[0m  \033[1mB\033[0m\n"
            "\033[31;1m1\033[0m  \033[33m2\033[0m\n");
  EXPECT_EQ(Joined(DrawTable(table, 1, {})), "A  B\n1  2\n");
}

TEST(CutText, EndsBetweenCharacters) {
  EXPECT_EQ(CutText("Zürich", 6), "Zürich");
  EXPECT_EQ(CutText("Zürich", 5), "Züri~");
  EXPECT_EQ(CutText("Zürich", 2), "Z~");
  EXPECT_EQ(CutText("Zürich", 1), "~");
  EXPECT_EQ(CutText("Zürich", 0), "");
}

}  // namespace
}  // namespace ipband
