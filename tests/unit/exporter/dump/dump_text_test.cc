// SPDX-License-Identifier: Apache-2.0
#include "exporter/dump/dump_text.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/dump/sample_dump.h"
#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {
namespace {

Address HostAt(const char* text) { return ParseAddress(text).value(); }

// What ipfm 0.11.5 wrote of the same packets.
TEST(DumpText, IsWhatIpfmWrites) {
  EXPECT_EQ(
      DumpText(SamplePage(DumpSort::kNone)),
      R"(# IPFMv0.11.5 2026/11/22 00:00:00 (UTC) -- dump every 1d00:00:00 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
10.0.0.1                                        50            300            350
192.168.5.1                                      0             10             10
9.255.255.1                                      0             10             10
10.0.0.2                                        40            500            540
10.0.0.3                                        60            300            360
10.0.0.4                                        60              0             60
10.1.0.4                                         0            300            300
1.2.3.4                                          0              0              0
99.0.0.9                                      1420            210           1630
# end of dump 2026/11/22 00:00:00
)");
}

// ipfm had the same names in its hosts file.
TEST(DumpText, HasNamesOfAtMost34CharactersAsIpfmHas) {
  DumpPage page = SamplePage(DumpSort::kIn);
  page.names = {{HostAt("10.0.0.1"), "alpha.example.net"},
                {HostAt("10.0.0.2"),
                 "a-very-long-host-name-indeed-more-than-35-"
                 "characters.example.net"},
                {HostAt("99.0.0.9"), "zed"}};
  EXPECT_EQ(
      DumpText(page),
      R"(# IPFMv0.11.5 2026/11/22 00:00:00 (UTC) -- dump every 1d00:00:00 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
zed                                           1420            210           1630
10.0.0.3                                        60            300            360
10.0.0.4                                        60              0             60
alpha.example.net                               50            300            350
10.0.0.2                                        40            500            540
192.168.5.1                                      0             10             10
9.255.255.1                                      0             10             10
10.1.0.4                                         0            300            300
1.2.3.4                                          0              0              0
# end of dump 2026/11/22 00:00:00
)");
}

TEST(DumpText, HasANameOf34CharactersAndNoneOf35) {
  DumpPage page = PageOf({.rows = {RowOf("10.0.0.1", 1, 2)}, .not_shown = {}});
  page.names = {{HostAt("10.0.0.1"), std::string(34, 'n')}};
  EXPECT_NE(DumpText(page).find("\n" + std::string(34, 'n') +
                                "               1              2"),
            std::string::npos);
  page.names = {{HostAt("10.0.0.1"), std::string(35, 'n')}};
  EXPECT_NE(DumpText(page).find("\n10.0.0.1   "), std::string::npos);
}

TEST(DumpText, HasNoNameThatWouldMakeACommentOfTheRow) {
  DumpPage page = PageOf({.rows = {RowOf("10.0.0.1", 1, 2)}, .not_shown = {}});
  page.names = {{HostAt("10.0.0.1"), "#host"}};
  EXPECT_NE(DumpText(page).find("\n10.0.0.1 "), std::string::npos);
}

TEST(DumpText, OfAnEmptyTableIsThreeLines) {
  EXPECT_EQ(
      DumpText(PageOf({})),
      R"(# IPFMv0.11.5 2026/11/22 00:00:00 (UTC) -- dump every 1d00:00:00 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
# end of dump 2026/11/22 00:00:00
)");
}

// The real one was written in Tokyo.
TEST(DumpText, StampsLocalTime) {
  const TimeZone zone("Asia/Tokyo");
  DumpPage page =
      PageOf({.rows = {RowOf("10.0.0.1", 0, 500)}, .not_shown = {}});
  page.dump.at = 1795295765;
  page.every = std::chrono::seconds(5);
  page.local_time = true;
  EXPECT_EQ(
      DumpText(page),
      R"(# IPFMv0.11.5 2026/11/22 06:16:05 (local time) -- dump every 0d00:00:05 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
10.0.0.1                                         0            500            500
# end of dump 2026/11/22 06:16:05
)");
}

TEST(DumpText, TellsPeriodAndInterfaces) {
  DumpPage page = PageOf({});
  page.dump.interfaces = {"eth0", "br-lan", "a\nb"};
  page.every = std::chrono::seconds(93784);
  EXPECT_NE(DumpText(page).find(
                " -- dump every 1d02:03:04 -- listening on eth0,br-lan,a?b\n"),
            std::string::npos);
  page.every = std::chrono::hours(24 * 400);
  EXPECT_NE(DumpText(page).find(" every 400d00:00:00 "), std::string::npos);
}

TEST(DumpText, KeepsABlankBeforeEachNumber) {
  const DumpPage page =
      PageOf({.rows = {RowOf("2001:db8:1111:2222:3333:4444:5555:6666", 7, 8),
                       RowOf("2001:db8:1111:2222:3333:4444:5555:6666",
                             123456789012345, 234567890123456),
                       RowOf("10.0.0.1", 123456789012345, 1234567890123456)},
              .not_shown = {}});
  EXPECT_EQ(
      DumpText(page),
      R"(# IPFMv0.11.5 2026/11/22 00:00:00 (UTC) -- dump every 1d00:00:00 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
2001:db8:1111:2222:3333:4444:5555:6666           7              8             15
2001:db8:1111:2222:3333:4444:5555:6666 123456789012345 234567890123456 358024679135801
10.0.0.1                           123456789012345 1234567890123456 1358024679135801
# end of dump 2026/11/22 00:00:00
)");
}

TEST(DumpText, SaysInACommentWhatItDoesNotShow) {
  DumpPage page =
      PageOf({.rows = {},
              .not_shown = {
                  .hosts = 12, .more_hosts = false, .in = 1000, .out = 234}});
  EXPECT_NE(DumpText(page).find("\n# 12 hosts not shown, 1000 234 1234\n"
                                "# end of dump 2026/11/22 00:00:00\n"),
            std::string::npos);
  page.table.not_shown.more_hosts = true;
  EXPECT_NE(
      DumpText(page).find("\n# more than 12 hosts not shown, 1000 234 1234\n"),
      std::string::npos);
}

}  // namespace
}  // namespace ipband
