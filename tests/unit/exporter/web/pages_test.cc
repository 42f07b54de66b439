// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/pages.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/web/contains.h"

namespace ipband {
namespace {

SubnetOnPage Subnet(const std::string& prefix, double bandwidth,
                    std::optional<double> threshold) {
  SubnetOnPage subnet;
  subnet.interface = "eth0";
  subnet.subnet = subnet.name = prefix;
  subnet.bandwidth = bandwidth;
  subnet.threshold = threshold;
  subnet.history = {0, static_cast<float>(bandwidth)};
  return subnet;
}

LandingPage ExampleLanding() {
  LandingPage page;
  page.program = "ipband_exporter";
  page.version = "1.2.3";
  page.links = {{"./metrics", "for Prometheus"}, {"./-/healthy", "alive"}};
  page.captures = {{"eth0", true, 1234567, 0}, {"eth1", false, 0, 12}};
  page.averaging_period_seconds = 60;
  page.subnets = {Subnet("10.1.1.0/24", 100, 1000),
                  Subnet("10.1.2.0/24", 250000, 125000)};
  page.subnets[1].name = "office";
  page.subnets[1].top_host = "10.1.2.7";
  page.subnets[1].watched = true;
  return page;
}

TEST(LandingPage, ShowsWhoIsNearestToItsThresholdFirst) {
  LandingPage page = ExampleLanding();
  page.subnets = {Subnet("a", 9e9, std::nullopt), Subnet("b", 10, 1e6),
                  Subnet("c", 500, 1000), Subnet("d", 1e5, std::nullopt),
                  Subnet("e", 1, 0)};
  page.subnets[3].bandwidth.reset();
  page.subnets[3].recent = 1e10;
  const std::string html = RenderLandingPage(page);
  size_t last = 0;
  for (const char* name : {"e", "c", "b", "d", "a"}) {
    const size_t at = html.find(std::string("./subnets/") + name + "\"");
    EXPECT_GT(at, last) << name;
    last = at;
  }
}

TEST(LandingPage, ShowsBandwidthAgainstTheThresholdInWordsAndAsABar) {
  const std::string html = RenderLandingPage(ExampleLanding());
  EXPECT_TRUE(Contains(html,
                       "<b>2.00 Mbit/s</b> <small>of 1.00 Mbit/s, "
                       "2.0 times</small>"));
  EXPECT_TRUE(Contains(html, "class=\"bar judged\" style=\"--w:100.0%\""));
  EXPECT_TRUE(Contains(html,
                       "<b>800 bit/s</b> <small>of 8.00 kbit/s, "
                       "10 %</small>"));
  EXPECT_TRUE(Contains(html, "class=\"bar judged\" style=\"--w:7.5%\""));
}

TEST(LandingPage, MeasuresBarsWithoutAThresholdByTheBusiestSubnet) {
  LandingPage page = ExampleLanding();
  page.subnets = {Subnet("a", 50, std::nullopt), Subnet("b", 200, std::nullopt),
                  Subnet("c", 9e9, 1e10)};
  page.subnets[1].history = {1000};
  const std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "class=\"bar\" style=\"--w:25.0%\""));
  EXPECT_TRUE(Contains(html, "class=\"bar\" style=\"--w:100.0%\""));
  // By itself there is nothing else to compare it with.
  EXPECT_TRUE(Contains(RenderLoad(page.subnets[1]),
                       "class=\"bar\" style=\"--w:20.0%\""));
}

TEST(LandingPage, TellsOnceHowManyAreOver) {
  LandingPage page = ExampleLanding();
  page.subnets[0].period_ends_in = 23;
  page.subnets[1].period_ends_in = 61;
  std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "<title>1 over - ipband_exporter</title>"));
  EXPECT_TRUE(Contains(html, ">1 over its threshold</b>."));
  EXPECT_TRUE(
      Contains(html, "Averaged over 1 min; the next period ends in 23 s."));
  page.subnets[1].bandwidth = 1;
  html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "<title>ipband_exporter</title>"));
  EXPECT_TRUE(Contains(html, "none over its threshold."));
}

TEST(LandingPage, ShowsCapturesInOneLineTheTroubledFirst) {
  const std::string html = RenderLandingPage(ExampleLanding());
  EXPECT_TRUE(Contains(html, ">eth0</span> 1,234,567 packets, none lost"));
  EXPECT_TRUE(Contains(html, ">eth1 is down</span> 0 packets, <b>12 lost"));
  EXPECT_LT(html.find(">eth1 is down"), html.find(">eth0</span>"));
  LandingPage page = ExampleLanding();
  page.captures.assign(100, page.captures[0]);
  page.captures[99].dropped = 7;
  const std::string many = RenderLandingPage(page);
  EXPECT_TRUE(Contains(many, "<b>7 lost</b>"));
  EXPECT_TRUE(Contains(many, "and 92 more, 92 of them up"));
}

TEST(LandingPage, ShowsHostsToThoseWhoMaySeeThem) {
  LandingPage page = ExampleLanding();
  page.shows_hosts = true;
  EXPECT_TRUE(Contains(RenderLandingPage(page), ">10.1.2.7</td>"));
  page.shows_hosts = false;
  EXPECT_FALSE(Contains(RenderLandingPage(page), "10.1.2.7"));
  EXPECT_FALSE(Contains(RenderLandingPage(page), "Top host"));
}

TEST(LandingPage, NamesTheProgramAndLinksItsOtherPages) {
  const std::string html = RenderLandingPage(ExampleLanding());
  EXPECT_TRUE(Contains(html, "1.2.3"));
  EXPECT_TRUE(Contains(html, "<a href=\"./metrics\">for Prometheus</a>"));
}

TEST(LandingPage, ShowsANameBesideItsPrefixButNotThePrefixTwice) {
  const std::string html = RenderLandingPage(ExampleLanding());
  EXPECT_TRUE(Contains(html, "office</a> <small>10.1.2.0/24</small>"));
  EXPECT_TRUE(Contains(html, ">10.1.1.0/24</a> <small class=\"on\">"));
}

TEST(LandingPage, EscapesEverythingThatCameFromOutside) {
  LandingPage page = ExampleLanding();
  const std::string evil = "<script>\"&'";
  page.program = page.version = page.notice = evil;
  page.links = {{"/\"onclick=\"x", evil}};
  page.captures[0].interface = evil;
  page.shows_hosts = true;
  page.judged = false;
  for (SubnetOnPage& subnet : page.subnets) {
    subnet.name = subnet.interface = subnet.top_host = subnet.subnet = evil;
  }
  const std::string html = RenderLandingPage(page);
  // Its own script alone.
  EXPECT_EQ(html.find("<script"), html.rfind("<script"));
  EXPECT_FALSE(Contains(html, evil));
  EXPECT_FALSE(Contains(html, "\"onclick"));
  EXPECT_TRUE(Contains(html, "&lt;script&gt;&quot;&amp;&#39;"));
}

TEST(LandingPage, LoadsNothingFromElsewhereAndRefreshesItself) {
  const std::string html = RenderLandingPage(ExampleLanding());
  for (const char* outside :
       {"http://", "https://", "src=", "url(", "@import", "<link"}) {
    EXPECT_FALSE(Contains(html, outside)) << outside;
  }
  EXPECT_TRUE(Contains(html,
                       "<noscript><meta http-equiv=\"refresh\" content=\"5\">"
                       "</noscript>"));
}

TEST(LandingPage, ShowsANoticeOnlyWhenThereIsOne) {
  LandingPage page = ExampleLanding();
  EXPECT_FALSE(Contains(RenderLandingPage(page), "<p class=\"notice\""));
  page.notice = "Most of the traffic is between others.";
  EXPECT_TRUE(Contains(RenderLandingPage(page), page.notice));
}

TEST(LandingPage, TellsInTheFirstPeriodWhenItEnds) {
  LandingPage page = ExampleLanding();
  for (SubnetOnPage& subnet : page.subnets) {
    subnet.bandwidth.reset();
    subnet.history.clear();
    subnet.watched = false;
    subnet.recent = 1250;
    subnet.period_ends_in = 42;
  }
  const std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "The first averaging period ends in 42 s."));
  EXPECT_TRUE(Contains(html, "first period ends in 42 s"));
  EXPECT_TRUE(Contains(html, "<b>10.0 kbit/s</b> <small>last 10 s, of "));
  page.subnets[0].threshold.reset();
  EXPECT_TRUE(Contains(RenderLandingPage(page),
                       "<b>10.0 kbit/s</b> <small>last 10 s</small>"));
  page.subnets[0].bandwidth = 1;
  EXPECT_FALSE(Contains(RenderLandingPage(page), "The first averaging period"));
}

TEST(LandingPage, TellsThePeakAndHowToSetAThresholdWhenThereIsNone) {
  LandingPage page = ExampleLanding();
  for (SubnetOnPage& subnet : page.subnets) subnet.threshold.reset();
  page.judged = false;
  page.subnets[0].history = {1, 1e6, 3};
  const std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "The peak so far is 8.00 Mbit/s (10.1.1.0/24)"));
  EXPECT_TRUE(Contains(html, "thresholds: {bandwidth:"));
  EXPECT_TRUE(Contains(html, "<small>peak 8.00 Mbit/s</small>"));
  EXPECT_TRUE(Contains(html, "2 subnets. Averaged over 1 min."));
}

TEST(LandingPage, ExplainsWhyThereAreNoSubnets) {
  LandingPage page = ExampleLanding();
  page.subnets.clear();
  EXPECT_TRUE(Contains(RenderLandingPage(page), "belongs to a local subnet"));
  page.captures = {{"eth0", true, 0, 0}};
  EXPECT_TRUE(Contains(RenderLandingPage(page), "No packet has arrived yet"));
  page.captures = {{"eth<9", false, 0, 0, true}};
  EXPECT_TRUE(Contains(RenderLandingPage(page),
                       ">There is no interface eth&lt;9; it is captured as "
                       "soon as there is.</span> 0 packets"));
  page.captures = {{"eth0", false, 0, 0}};
  EXPECT_TRUE(Contains(RenderLandingPage(page), "no capture is up"));
  page.captures.clear();
  EXPECT_TRUE(Contains(RenderLandingPage(page), "No interface is being"));
}

TEST(LandingPage, ShowsTheFirstHundredOfVeryManySubnets) {
  LandingPage page = ExampleLanding();
  page.subnets.assign(10100, page.subnets[0]);
  for (SubnetOnPage& subnet : page.subnets) subnet.history.assign(60, 1);
  const std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "10,000 more subnets"));
  EXPECT_LT(html.size(), 250000U);
}

TEST(State, TellsHowFarAWatchIs) {
  SubnetOnPage subnet = Subnet("a", 10, 5);
  EXPECT_TRUE(Contains(RenderState(subnet), "below threshold"));
  subnet.watched = true;
  subnet.report_in = 200;
  EXPECT_EQ(RenderState(subnet),
            "<b class=\"bad\">over</b> <small>report in 3 min 20 s</small>");
  subnet.watch_seconds = 120;
  subnet.reported = true;
  EXPECT_EQ(RenderState(subnet),
            "<b class=\"bad\">over for 2 min</b> <small>reported, again in "
            "3 min 20 s</small>");
  subnet.report_in.reset();
  EXPECT_EQ(RenderState(subnet),
            "<b class=\"bad\">over for 2 min</b> <small>reported</small>");
  subnet = Subnet("a", 10, std::nullopt);
  EXPECT_TRUE(Contains(RenderState(subnet), "no threshold"));
}

TEST(State, TellsWhenAWatchThatIsHeldEnds) {
  SubnetOnPage subnet = Subnet("a", 1, 5);
  subnet.watched = subnet.reported = true;
  subnet.watch_seconds = 120;
  EXPECT_EQ(RenderState(subnet),
            "<b>watched for 2 min</b> <small>reported; below "
            "threshold</small>");
  subnet.quiet_seconds = 38;
  subnet.watch_ends_in = 82;
  EXPECT_EQ(RenderState(subnet),
            "<b>watched for 2 min</b> <small>reported; quiet for 38 s, watch "
            "ends in 1 min 22 s</small>");
  subnet.reported = false;
  EXPECT_EQ(RenderState(subnet),
            "<b>watched for 2 min</b> <small>quiet for 38 s, watch ends in "
            "1 min 22 s</small>");
}

}  // namespace
}  // namespace ipband
