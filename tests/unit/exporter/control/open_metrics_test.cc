// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/open_metrics.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "exporter/error.h"

namespace ipband {
namespace {

std::string TextOf(OpenMetricsPages& pages) {
  const TempFile file = MakeTempFile(::testing::TempDir());
  pages.WriteTo(file.get(), "x");
  std::string text(10'000, '\0');
  std::rewind(file.get());
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

TEST(OpenMetricsPages, FamiliesAndSeriesAreInOnePiece) {
  OpenMetricsPages pages(::testing::TempDir(), "job=\"j\"");
  pages.Add(
      "# HELP a_total What \"a\" is.\n# TYPE a_total counter\n"
      "a_total{x=\"2\"} 1\na_total{x=\"1\"} 5\n"
      "# HELP b That.\n# TYPE b gauge\nb 1.5\n",
      60);
  pages.Add(
      "# HELP a_total What \"a\" is.\n# TYPE a_total counter\n"
      "a_total{x=\"1\"} 6\na_total{x=\"2\"} 2\n"
      "# HELP b That.\n# TYPE b gauge\nb 1e-05\n"
      "# HELP c New.\n# TYPE c gauge\nc{y=\"} 1 2\"} 7\n",
      75);
  EXPECT_EQ(TextOf(pages),
            "# HELP a What \\\"a\\\" is.\n# TYPE a counter\n"
            "a_total{job=\"j\",x=\"1\"} 5 60\na_total{job=\"j\",x=\"1\"} 6 75\n"
            "a_total{job=\"j\",x=\"2\"} 1 60\na_total{job=\"j\",x=\"2\"} 2 75\n"
            "# HELP b That.\n# TYPE b gauge\n"
            "b{job=\"j\"} 1.5 60\nb{job=\"j\"} 1e-05 75\n"
            "# HELP c New.\n# TYPE c gauge\nc{job=\"j\",y=\"} 1 2\"} 7 75\n"
            "# EOF\n");
}

// The format knows no counter whose samples do not end in _total.
TEST(OpenMetricsPages, AnotherNameOfACounterHasNoType) {
  OpenMetricsPages pages(::testing::TempDir(), "job=\"j\"");
  pages.Add("# HELP a A.\n# TYPE a counter\na 1\n", 60);
  EXPECT_EQ(TextOf(pages),
            "# HELP a A.\n# TYPE a unknown\na{job=\"j\"} 1 60\n# EOF\n");
}

TEST(OpenMetricsPages, SaysWhereItCannotWrite) {
  OpenMetricsPages pages("/nowhere", "job=\"j\"");
  try {
    pages.Add("# HELP a A.\n# TYPE a gauge\na 1\n", 60);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "cannot make a file in /nowhere: No such file or directory");
  }
}

}  // namespace
}  // namespace ipband
