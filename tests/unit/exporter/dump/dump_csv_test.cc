// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_csv.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/dump/sample_dump.h"

namespace ipband {
namespace {

TEST(DumpCsv, HasARowForEachHost) {
  DumpPage page =
      PageOf({.rows = {RowOf("10.0.0.1", 50, 300), RowOf("2001:db8::1", 0, 7)},
              .not_shown = {}});
  page.names = {{ParseAddress("10.0.0.1").value(), "alpha.example.net"}};
  EXPECT_EQ(DumpCsv(page),
            "2026-11-22T00:00:00Z,10.0.0.1,alpha.example.net,50,300,350\n"
            "2026-11-22T00:00:00Z,2001:db8::1,,0,7,7\n");
  EXPECT_EQ(kDumpCsvHead, "end,address,name,in_bytes,out_bytes,total_bytes\n");
}

TEST(DumpCsv, QuotesNames) {
  DumpPage page = PageOf({.rows = {RowOf("10.0.0.1", 1, 2)}, .not_shown = {}});
  page.names = {{ParseAddress("10.0.0.1").value(), "a,\"b\""}};
  EXPECT_EQ(DumpCsv(page),
            "2026-11-22T00:00:00Z,10.0.0.1,\"a,\"\"b\"\"\",1,2,3\n");
}

TEST(DumpCsv, EndsWithWhatIsNotShown) {
  DumpPage page = PageOf(
      {.rows = {},
       .not_shown = {.hosts = 12, .more_hosts = false, .in = 3, .out = 4}});
  EXPECT_EQ(DumpCsv(page), "2026-11-22T00:00:00Z,other,12 hosts,3,4,7\n");
  page.table.not_shown.more_hosts = true;
  EXPECT_EQ(DumpCsv(page),
            "2026-11-22T00:00:00Z,other,more than 12 hosts,3,4,7\n");
}

}  // namespace
}  // namespace ipband
