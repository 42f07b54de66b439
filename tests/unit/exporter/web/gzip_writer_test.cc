// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/gzip_writer.h"

#include <gtest/gtest.h>

#include "tests/support/http_client.h"

namespace ipband {
namespace {

// Takes a number of pieces, then wants no more.
class Collector : public BodyWriter {
 public:
  explicit Collector(int wanted) : wanted_(wanted) {}
  bool Write(std::string_view piece) override {
    text += piece;
    ++pieces;
    return --wanted_ > 0;
  }
  std::string text;
  int pieces = 0;

 private:
  int wanted_;
};

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i * 7919) + "\n";
  return text;
}

TEST(GzipWriter, GivesBackWhatWasWrittenInPieces) {
  const std::string text = Numbers(100000);
  Collector out(1000000);
  GzipWriter gzip(out);
  for (size_t at = 0; at < text.size(); at += 999) {
    EXPECT_TRUE(gzip.Write(std::string_view(text).substr(at, 999)));
  }
  EXPECT_TRUE(gzip.Finish());
  EXPECT_LT(out.text.size(), text.size() / 2);
  EXPECT_EQ(Gunzip(out.text), text);
}

TEST(GzipWriter, WritesAWholeStreamForAnEmptyBody) {
  EXPECT_EQ(Gunzip(Gzip("")), "");
  EXPECT_EQ(Gunzip(Gzip("a")), "a");
}

TEST(GzipWriter, StopsWhenNobodyWantsTheRest) {
  Collector out(1);
  GzipWriter gzip(out);
  const std::string text = Numbers(100000);
  EXPECT_FALSE(gzip.Write(text));
  EXPECT_FALSE(gzip.Write(text));
  EXPECT_FALSE(gzip.Finish());
  EXPECT_EQ(out.pieces, 1);
}

}  // namespace
}  // namespace ipband
