// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/top_page.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ipband {
namespace {

constexpr int64_t kAt = 1795292955;  // 2026-11-21 20:29:15 UTC

TopView Subnets() {
  TopView view;
  view.captures = {{"eth0", true, 12345, 6}, {"eth1", false, 0, 0}};
  view.subnets = {{.interface = "eth0",
                   .subnet = "10.1.2.0/24",
                   .name = "10.1.2.0/24",
                   .recent = 125},
                  {.interface = "eth0",
                   .subnet = "10.1.1.0/24",
                   .name = "branch",
                   .recent = 125000,
                   .bandwidth = 100000,
                   .threshold = 250000,
                   .watched = true,
                   .watch_seconds = 260,
                   .hosts = 1234},
                  {.interface = "eth1",
                   .subnet = "2001:db8::/64",
                   .name = "six",
                   .recent = 500000,
                   .bandwidth = 600000,
                   .threshold = 250000,
                   .watched = true,
                   .reported = true,
                   .watch_seconds = 3900,
                   .hosts = 2}};
  return view;
}

MeterTableAnswer Campus() {
  return {.meter = "campus",
          .since = kAt,
          .next_dump = kAt + 45,
          .hosts = 3,
          .in = 2048,
          .out = 1024,
          .hosts_not_shown = 7,
          .more_not_shown = true,
          .rows = {{"10.1.1.7", 2000, 48}, {"::1", 48, 976}}};
}

TEST(TopPage, ShowsTheBusiestSubnetsFirst) {
  EXPECT_EQ(
      DrawTables({}, Subnets(), {}),
      "INTERFACE  SUBNET         NAME            NOW       PERIOD    THRESHOLD "
      " "
      "SHARE  STATE               HOSTS\n"
      "eth1       2001:db8::/64  six     4.00 Mbit/s  4.80 Mbit/s  2.00 Mbit/s"
      "   240%  REPORTED 1 h 5 min      2\n"
      "eth0       10.1.1.0/24    branch  1.00 Mbit/s   800 kbit/s  2.00 Mbit/s"
      "    40%  WATCH 4 min 20 s    1,234\n"
      "eth0       10.1.2.0/24            1.00 kbit/s            -            -"
      "      -                          0\n");
}

TEST(TopPage, ShowsWhatIsLeftOfIt) {
  EXPECT_EQ(DrawTables({}, {}, {}), "no subnet has been seen\n");
  TopOptions options;
  options.rows = 1;
  const std::string text = DrawTables(options, Subnets(), {});
  EXPECT_NE(text.find("2001:db8::/64"), text.npos);
  EXPECT_EQ(text.find("10.1.1.0/24"), text.npos);
  EXPECT_TRUE(text.ends_with("\n2 more\n")) << text;
}

TEST(TopPage, ShowsTheMetersBelowTheSubnets) {
  TopView view;
  view.meters = {Campus(), {.meter = "idle"}};
  EXPECT_EQ(DrawTables({}, view, {}),
            "no subnet has been seen\n"
            "\n"
            "METER         IN       OUT     TOTAL  HOSTS  NOT SHOWN  SINCE"
            "                 NEXT DUMP\n"
            "campus  2.00 KiB  1.00 KiB  3.00 KiB      3  7 or more  "
            "2026-11-21 20:29:15Z  2026-11-21 20:30:00Z\n"
            "idle         0 B       0 B       0 B      0          0  -"
            "                     -\n");
}

TEST(TopPage, ShowsTheHostsOfASubnetByTheirRates) {
  TopOptions options;
  options.subnet = "10.1.1.0/24";
  TopView view;
  view.hosts.hosts = {
      {.interface = "eth0", .address = "10.1.1.7", .receive_bytes = 1 << 20},
      {.interface = "eth0",
       .address = "10.1.1.8",
       .receive_bytes = 1024,
       .transmit_bytes = 2048,
       .receive_rate = 0,
       .transmit_rate = 125}};
  EXPECT_EQ(DrawTables(options, view, {}),
            "no subnet has been seen\n"
            "\n"
            "ADDRESS   INTERFACE   IN NOW      OUT NOW        IN       OUT"
            "     TOTAL\n"
            "10.1.1.8  eth0       0 bit/s  1.00 kbit/s  1.00 KiB  2.00 KiB"
            "  3.00 KiB\n"
            "10.1.1.7  eth0             -            -  1.00 MiB       0 B"
            "  1.00 MiB\n");
}

TEST(TopPage, ShowsTheTableOfAMeter) {
  TopOptions options;
  options.meter = "campus";
  TopView view;
  view.meters = {Campus()};
  const std::string text = DrawTables(options, view, {});
  EXPECT_TRUE(text.starts_with("METER ")) << text;
  EXPECT_TRUE(
      text.ends_with("\n\n"
                     "ADDRESS         IN    OUT     TOTAL\n"
                     "10.1.1.7  1.95 KiB   48 B  2.00 KiB\n"
                     "::1           48 B  976 B  1.00 KiB\n"))
      << text;
}

TEST(TopPage, ShowsWhatAnAddressHasInEachMeter) {
  TopOptions options;
  options.address = "10.1.1.7";
  TopView view;
  view.meters = {Campus(), {.meter = "idle"}};
  EXPECT_EQ(DrawTables(options, view, {}),
            "ADDRESS   METER         IN   OUT     TOTAL  SINCE"
            "                 NEXT DUMP\n"
            "10.1.1.7  campus  1.95 KiB  48 B  2.00 KiB  "
            "2026-11-21 20:29:15Z  2026-11-21 20:30:00Z\n"
            "10.1.1.7  idle         0 B   0 B       0 B  -"
            "                     -\n");
  EXPECT_EQ(DrawTables(options, {}, {}), "no meter is configured\n");
}

TEST(TopPage, FitsTheScreen) {
  TopView view = Subnets();
  for (int i = 0; i < 30; ++i) view.subnets.push_back(view.subnets[0]);
  view.meters.assign(30, Campus());
  for (size_t height = 1; height < 80; ++height) {
    for (const size_t width : {1u, 20u, 40u, 80u, 200u}) {
      const std::string text = DrawTables({}, view, {width, height, false});
      const auto lines = std::count(text.begin(), text.end(), '\n');
      EXPECT_LE(static_cast<size_t>(lines), height);
      for (size_t at = 0; at < text.size();) {
        const size_t end = text.find('\n', at);
        EXPECT_LE(TextWidth(text.substr(at, end - at)), width);
        at = end + 1;
      }
    }
  }
}

TEST(TopPage, SharesTheScreenBetweenTwoTables) {
  TopView view = Subnets();
  view.subnets.resize(1);
  view.meters.assign(30, Campus());
  const auto rows = [&](size_t height) {
    const std::string text = DrawTables({}, view, {200, height, false});
    size_t found = 0;
    for (size_t at = 0; (at = text.find("campus", at)) != text.npos; ++at) {
      ++found;
    }
    return found;
  };
  // One needs two lines, then come a blank, a head and how many are missing.
  EXPECT_EQ(rows(15), 10U);
  EXPECT_EQ(rows(5), 1U);
  EXPECT_EQ(rows(24), 19U);
}

TEST(TopPage, KeepsTheStateOfASubnetOnANarrowScreen) {
  const std::string text = DrawTables({}, Subnets(), {80, 24, false});
  EXPECT_NE(text.find("REPORTED 1 h 5 min"), text.npos) << text;
  EXPECT_EQ(text.find("HOSTS"), text.npos) << text;
}

TEST(TopPage, KeepsTheRateOfASubnetOnTheNarrowest) {
  const std::string text = DrawTables({}, Subnets(), {40, 24, false});
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "SUBNET                 NOW  SHARE");
}

TEST(TopPage, HasColoursForWatches) {
  const std::string text = DrawTables({}, Subnets(), {0, 0, true});
  EXPECT_NE(text.find("\033[31;1mREPORTED"), text.npos);
  EXPECT_NE(text.find("\033[33mWATCH"), text.npos);
}

TEST(TopPage, StaysWithinWhatNumbersCanBe) {
  TopView view = Subnets();
  view.subnets[0].recent = 1e308;
  view.subnets[0].bandwidth = 1e308;
  view.subnets[0].threshold = 1e-300;
  view.subnets[0].watch_seconds = UINT64_MAX;
  view.meters = {{.since = INT64_MIN, .in = UINT64_MAX, .out = UINT64_MAX}};
  const std::string text = DrawTables({}, view, {});
  EXPECT_NE(text.find("999999%"), text.npos) << text;
  EXPECT_NE(text.find("16384 PiB  16384 PiB  16384 PiB"), text.npos) << text;
}

TEST(TopHead, TellsOfTheServerAndItsCaptures) {
  TopOptions options;
  options.url = "http://me:secret@host:10059\033[2J";
  EXPECT_EQ(DrawHead(options, Subnets(), "", kAt, {.width = 100}),
            "ipbandctl top  http://host:10059?[2J  2026-11-21 20:29:15Z\n"
            "eth0: 12,345 packets, 6 lost  eth1: down, 0 packets, 0 lost\n"
            "\n");
  EXPECT_EQ(DrawHead(options, Subnets(), "", kAt, {.width = 10}),
            "ipbandctl~\neth0: 12,~\n\n");
}

TEST(TopHead, TellsWhatIsWrong) {
  EXPECT_EQ(DrawHead({}, Subnets(), "no\nanswer", kAt, {.width = 100}),
            "ipbandctl top  http://localhost:10059  2026-11-21 20:29:15Z\n"
            "error: no?answer\n"
            "\n");
}

}  // namespace
}  // namespace ipband
