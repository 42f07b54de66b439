// SPDX-License-Identifier: Apache-2.0
#include "collectors/metrics/text_writer.h"

#include <gtest/gtest.h>

#include <vector>

namespace ipband {
namespace {

TEST(TextWriter, WritesFamiliesAndSamples) {
  std::string text;
  TextWriter out([&](std::string_view piece) {
    text += piece;
    return true;
  });
  out.Begin({"a_total", "counter", "What a is."});
  out.Sample("", uint64_t{18446744073709551615u});
  out.Sample(Label("x", "1"), Label("y", "2"), 7);
  out.Begin({"b", "gauge", "What b is."});
  out.Sample(Label("x", "1"), 0.1);
  out.Finish();
  EXPECT_EQ(text,
            "# HELP a_total What a is.\n# TYPE a_total counter\n"
            "a_total 18446744073709551615\na_total{x=\"1\",y=\"2\"} 7\n"
            "# HELP b What b is.\n# TYPE b gauge\nb{x=\"1\"} 0.1\n");
  EXPECT_EQ(out.samples(), 3u);
}

TEST(TextWriter, EscapesLabelValues) {
  EXPECT_EQ(Label("n", "a\"b\\c\nd"), "n=\"a\\\"b\\\\c\\nd\"");
}

TEST(TextWriter, HandsOnPiecesUntilNobodyWantsMore) {
  std::vector<size_t> pieces;
  TextWriter out([&](std::string_view piece) {
    pieces.push_back(piece.size());
    return pieces.size() < 3;
  });
  out.Begin({"a_total", "counter", "A."});
  for (int i = 0; i < 100000; ++i) out.Sample(Label("x", "1"), uint64_t{1});
  out.Finish();
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_LE(pieces[0], 65536u);
  EXPECT_GT(pieces[0], 65536u - 64);
}

TEST(TextWriter, CountsTheSamplesOfOtherText) {
  TextWriter out([](std::string_view) { return true; });
  out.Text(
      "# HELP a A.\n# TYPE a gauge\na 1\n# HELP b B.\nb 2\nb{x=\"1\"} 3\n");
  EXPECT_EQ(out.samples(), 3u);
}

}  // namespace
}  // namespace ipband
