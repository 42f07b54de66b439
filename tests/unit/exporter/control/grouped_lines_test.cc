// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/grouped_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ipband {
namespace {

std::vector<std::string> Grouped(const std::vector<std::string>& lines,
                                 size_t at_once) {
  const TempFile file = MakeTempFile(::testing::TempDir());
  for (const std::string& line : lines) {
    std::fputs((line + "\n").c_str(), file.get());
  }
  std::vector<std::string> grouped;
  GroupLines(
      file.get(), ::testing::TempDir(),
      [&](std::string_view line) {
        EXPECT_TRUE(line.ends_with('\n'));
        grouped.emplace_back(line.substr(0, line.size() - 1));
      },
      at_once);
  return grouped;
}

TEST(GroupLines, NothingIsNothing) { EXPECT_TRUE(Grouped({}, 100).empty()); }

TEST(GroupLines, LabelsMayHaveBlanks) {
  EXPECT_EQ(Grouped({",a=\"x y\"} 1 10", ",a=\"x\"} 2 10", ",a=\"x y\"} 0 20",
                     ",a=\"x\"} 3 20"},
                    1000),
            (std::vector<std::string>{",a=\"x y\"} 1 10", ",a=\"x y\"} 0 20",
                                      ",a=\"x\"} 2 10", ",a=\"x\"} 3 20"}));
}

TEST(GroupLines, AnyNumberOfRunsIsTheSameAsOne) {
  std::mt19937 random(7);
  std::vector<std::string> lines;
  for (int time = 0; time < 300; ++time) {
    for (size_t series = 0; series < 20; ++series) {
      if (random() % 3 == 0) continue;
      lines.push_back(",s=\"" + std::string(series * 7, 'x') + "\"} " +
                      std::to_string(random() % 1000) + " " +
                      std::to_string(time));
    }
  }
  std::vector<std::string> wanted = lines;
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const std::string& a, const std::string& b) {
                     return a.substr(0, a.find('}')) < b.substr(0, b.find('}'));
                   });
  // Less than a line, a few, a run for each few hundred, all.
  for (const size_t at_once : {1u, 300u, 20'000u, 10'000'000u}) {
    EXPECT_EQ(Grouped(lines, at_once), wanted) << at_once;
  }
}

}  // namespace
}  // namespace ipband
