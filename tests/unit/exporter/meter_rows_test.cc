// SPDX-License-Identifier: Apache-2.0
#include "exporter/meter_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "exporter/dump/dump_table.h"

namespace ipband {
namespace {

DumpRow Row(const char* address, uint64_t in, uint64_t out) {
  return {*ParseAddress(address), in, out};
}

DumpPart PartWith(std::vector<DumpRow> rows) {
  return {std::make_shared<const std::vector<DumpRow>>(std::move(rows)), {}};
}

// "10.0.0.1 1 2, "
std::string TextOf(const std::vector<DumpRow>& rows) {
  std::string text;
  for (const DumpRow& row : rows) {
    text += ToString(row.address) + " " + std::to_string(row.in) + " " +
            std::to_string(row.out) + ", ";
  }
  return text;
}

std::string First(DumpSort sort, size_t count, std::vector<DumpRow> rows) {
  KeepFirst(sort, count, rows);
  return TextOf(rows);
}

const std::vector<DumpPart> kTwoInterfaces = {
    PartWith({Row("10.0.0.2", 5, 6), Row("10.0.0.1", 1, 2)}), DumpPart{},
    PartWith({Row("10.0.0.3", 7, 0), Row("10.0.0.2", 10, 20)})};

TEST(MeterRows, AreAddedUpOverInterfaces) {
  EXPECT_EQ(First(DumpSort::kNone, 9, RowsOf(kTwoInterfaces)),
            "10.0.0.1 1 2, 10.0.0.2 15 26, 10.0.0.3 7 0, ");
  EXPECT_EQ(TextOf(RowsOf({})), "");
  EXPECT_EQ(TextOf(RowsOf({DumpPart{}, DumpPart{}})), "");
}

TEST(MeterRows, AreTheFirstInTheOrderAskedFor) {
  const std::vector<DumpRow> rows = {Row("10.0.0.9", 1, 9),
                                     Row("10.0.0.10", 8, 1), Row("::1", 5, 5)};
  EXPECT_EQ(First(DumpSort::kIn, 2, rows), "10.0.0.10 8 1, ::1 5 5, ");
  EXPECT_EQ(First(DumpSort::kOut, 2, rows), "10.0.0.9 1 9, ::1 5 5, ");
  EXPECT_EQ(First(DumpSort::kTotal, 2, rows), "10.0.0.9 1 9, ::1 5 5, ");
  EXPECT_EQ(First(DumpSort::kNone, 2, rows), "10.0.0.9 1 9, 10.0.0.10 8 1, ");
  EXPECT_EQ(First(DumpSort::kTotal, 0, rows), "");
}

TEST(MeterRows, AreFoundByAddress) {
  const auto row = RowOf(kTwoInterfaces, *ParseAddress("10.0.0.2"));
  ASSERT_TRUE(row);
  EXPECT_EQ(TextOf({*row}), "10.0.0.2 15 26, ");
  EXPECT_FALSE(RowOf(kTwoInterfaces, *ParseAddress("10.0.0.4")));
}

}  // namespace
}  // namespace ipband
