// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/pages.h"

#include <gtest/gtest.h>

namespace ipband {
namespace {

bool Contains(const std::string& html, std::string_view part) {
  return html.find(part) != std::string::npos;
}

LandingPage Example() {
  LandingPage page;
  page.program = "ipband_exporter";
  page.version = "1.2.3";
  page.links = {{"/metrics", "for Prometheus"}, {"/-/healthy", "alive"}};
  page.captures = {{"eth0", true, 1234567, 0}, {"eth1", false, 0, 12}};
  page.subnets = {{"eth0", "10.1.1.0/24", "10.1.1.0/24", 950, 1024, 0, 3},
                  {"eth0", "10.1.2.0/24", "office", 2.5e6, 5 << 20, 7, 1}};
  return page;
}

TEST(LandingPage, ShowsSubnetsByFallingRate) {
  const std::string html = RenderLandingPage(Example());
  EXPECT_LT(html.find("office"), html.find("10.1.1.0/24"));
  EXPECT_TRUE(Contains(html, "2.50 Mbit/s"));
  EXPECT_TRUE(Contains(html, "5.00 MiB"));
  EXPECT_TRUE(Contains(html, "--w:100.0%"));
}

TEST(LandingPage, ShowsCapturesAndWhetherTheyAreUp) {
  const std::string html = RenderLandingPage(Example());
  EXPECT_TRUE(Contains(html, "1,234,567"));
  EXPECT_TRUE(Contains(html, ">up<"));
  EXPECT_TRUE(Contains(html, ">down<"));
}

TEST(LandingPage, NamesTheProgramAndLinksItsOtherPages) {
  const std::string html = RenderLandingPage(Example());
  EXPECT_TRUE(Contains(html, "<title>ipband_exporter</title>"));
  EXPECT_TRUE(Contains(html, "1.2.3"));
  EXPECT_TRUE(Contains(html, "<a href=\"/metrics\">/metrics</a>"));
  EXPECT_TRUE(Contains(html, "for Prometheus"));
}

TEST(LandingPage, ShowsANameBesideItsPrefixButNotThePrefixTwice) {
  const std::string html = RenderLandingPage(Example());
  EXPECT_TRUE(Contains(html, "office <small>10.1.2.0/24</small>"));
  EXPECT_EQ(html.find("10.1.1.0/24"), html.rfind("10.1.1.0/24"));
}

TEST(LandingPage, EscapesEverythingThatCameFromOutside) {
  LandingPage page = Example();
  const std::string evil = "<script>\"&'";
  page.program = page.version = page.notice = evil;
  page.links = {{"/\"onclick=\"x", evil}};
  page.captures[0].interface = evil;
  page.subnets[0].name = page.subnets[0].interface = evil;
  const std::string html = RenderLandingPage(page);
  EXPECT_FALSE(Contains(html, "<script"));
  EXPECT_FALSE(Contains(html, "\"onclick"));
  EXPECT_TRUE(Contains(html, "&lt;script&gt;&quot;&amp;&#39;"));
}

TEST(LandingPage, LoadsNothingFromElsewhereAndRefreshesItself) {
  const std::string html = RenderLandingPage(Example());
  for (const char* outside :
       {"http://", "https://", "src=", "url(", "@import", "<script", "<link"}) {
    EXPECT_FALSE(Contains(html, outside)) << outside;
  }
  EXPECT_TRUE(Contains(html, "<meta http-equiv=\"refresh\" content=\"5\">"));
}

TEST(LandingPage, ShowsANoticeOnlyWhenThereIsOne) {
  LandingPage page = Example();
  EXPECT_FALSE(Contains(RenderLandingPage(page), "class=\"notice\""));
  page.notice = "Most of the traffic is between others.";
  EXPECT_TRUE(Contains(RenderLandingPage(page), page.notice));
}

TEST(LandingPage, ExplainsWhyThereAreNoSubnets) {
  LandingPage page = Example();
  page.subnets.clear();
  EXPECT_TRUE(Contains(RenderLandingPage(page), "belongs to a local subnet"));
  page.captures = {{"eth0", true, 0, 0}};
  EXPECT_TRUE(Contains(RenderLandingPage(page), "No packet has arrived yet"));
  page.captures = {{"eth0", false, 0, 0}};
  EXPECT_TRUE(Contains(RenderLandingPage(page), "no capture is up"));
  page.captures.clear();
  EXPECT_TRUE(Contains(RenderLandingPage(page), "No interface is being"));
}

TEST(LandingPage, ShowsTheFirstHundredOfVeryManySubnets) {
  LandingPage page = Example();
  page.subnets.assign(10100, page.subnets[0]);
  const std::string html = RenderLandingPage(page);
  EXPECT_TRUE(Contains(html, "10,000 more subnets"));
  EXPECT_LT(html.size(), 60000U);
}

}  // namespace
}  // namespace ipband
