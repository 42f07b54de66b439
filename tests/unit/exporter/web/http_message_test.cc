// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/http_message.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

TEST(AcceptsGzip, TakesGzipByNameInAnyCaseAndPlace) {
  EXPECT_TRUE(AcceptsGzip("gzip"));
  EXPECT_TRUE(AcceptsGzip("GZIP"));
  EXPECT_TRUE(AcceptsGzip("deflate, gzip;q=1.0, *;q=0.5"));
  EXPECT_TRUE(AcceptsGzip("br ,\tgzip ; q=0.001"));
}

TEST(AcceptsGzip, TakesAWildcardUnlessGzipIsNamed) {
  EXPECT_TRUE(AcceptsGzip("*"));
  EXPECT_FALSE(AcceptsGzip("*;q=0"));
  EXPECT_FALSE(AcceptsGzip("*, gzip;q=0"));
  EXPECT_TRUE(AcceptsGzip("gzip, *;q=0"));
}

TEST(AcceptsGzip, HonoursAWeightOfZero) {
  EXPECT_FALSE(AcceptsGzip("gzip;q=0"));
  EXPECT_FALSE(AcceptsGzip("gzip; q=0.000"));
  EXPECT_FALSE(AcceptsGzip("gzip ; Q = 0.0 , identity"));
  EXPECT_FALSE(AcceptsGzip("gzip;x=1;q=0"));
}

TEST(AcceptsGzip, RefusesWhatDoesNotNameIt) {
  EXPECT_FALSE(AcceptsGzip(""));
  EXPECT_FALSE(AcceptsGzip("identity"));
  EXPECT_FALSE(AcceptsGzip("gzipped, x-gzip-not, deflate"));
  EXPECT_FALSE(AcceptsGzip(",;,=;q"));
}

}  // namespace
}  // namespace ipband
