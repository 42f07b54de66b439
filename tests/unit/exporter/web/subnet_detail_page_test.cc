// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/subnet_detail_page.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/web/contains.h"

namespace ipband {
namespace {

SubnetDetailPage ExampleSubnet() {
  SubnetDetailPage page;
  page.program = "ipband_exporter";
  page.subnet = "10.1.2.0/24";
  page.name = "office";
  page.at = 1795292955;
  SubnetDetailPage::Section& section = page.sections.emplace_back();
  section.subnet.interface = "eth0";
  section.subnet.subnet = page.subnet;
  section.subnet.bandwidth = 250000;
  section.subnet.threshold = 125000;
  section.subnet.history = {1, 250000};
  section.receive_bytes = 3000;
  section.transmit_bytes = 1000;
  section.known_hosts = 3;
  section.hosts = {{"10.1.2.7", 2000, 1000}, {"10.1.2.8", 500, 0}};
  return page;
}

TEST(SubnetDetailPage, ShowsTheSubnetAndItsHosts) {
  const std::string html = RenderSubnetPage(ExampleSubnet());
  EXPECT_TRUE(Contains(html, "<title>office - ipband_exporter</title>"));
  EXPECT_TRUE(Contains(html, "office <small>10.1.2.0/24</small>"));
  EXPECT_TRUE(Contains(html, "<b>2.00 Mbit/s</b>"));
  EXPECT_TRUE(Contains(html, "<svg "));
  EXPECT_TRUE(Contains(html, ">10.1.2.7</th>"));
  EXPECT_TRUE(Contains(html, "--w:75.0%"));
  EXPECT_LT(html.find("10.1.2.7"), html.find("10.1.2.8"));
  EXPECT_TRUE(Contains(html, "1 more hosts were less busy of late."));
  EXPECT_FALSE(Contains(html, "On eth0"));
}

TEST(SubnetDetailPage, LinksAreSeenFromTwoSegmentsBelow) {
  const std::string html = RenderSubnetPage(ExampleSubnet());
  EXPECT_TRUE(Contains(html, "<a href=\"../../\">ipband_exporter</a>"));
  EXPECT_TRUE(Contains(html,
                       "<a href=\"../../reports?interface=eth0&amp;subnet="
                       "10.1.2.0%2F24\">"));
}

TEST(SubnetDetailPage, ShowsConnectionsWhileWatched) {
  SubnetDetailPage page = ExampleSubnet();
  EXPECT_TRUE(Contains(RenderSubnetPage(page), "Connections are kept while"));
  SubnetDetailPage::Section& section = page.sections[0];
  section.subnet.watched = true;
  EXPECT_TRUE(Contains(RenderSubnetPage(page), "None since the watch began."));
  section.connections = {{.from = "10.1.2.7",
                          .to = "192.0.2.9",
                          .from_port = 40000,
                          .to_port = 80,
                          .protocol = "tcp",
                          .service = "http",
                          .from_bytes = 300,
                          .to_bytes = 100,
                          .packets = 4,
                          .first_seen = page.at - 5,
                          .last_seen = page.at}};
  section.connection_bytes = 1600;
  section.further_connections = 12;
  const std::string html = RenderSubnetPage(page);
  for (const char* part : {"40000", ">http<", "--w:25.0%", "300 B",
                           ">20:29:10Z</time>", "12 more connections"}) {
    EXPECT_TRUE(Contains(html, part)) << part;
  }
}

TEST(SubnetDetailPage, ShowsWithoutDetailsWhatTheMetricsShow) {
  SubnetDetailPage page = ExampleSubnet();
  page.refusal = "Only here.";
  const std::string html = RenderSubnetPage(page);
  EXPECT_TRUE(Contains(html, "Only here."));
  EXPECT_TRUE(Contains(html, "<b>2.00 Mbit/s</b>"));
  EXPECT_FALSE(Contains(html, "10.1.2.7"));
  EXPECT_FALSE(Contains(html, "Connections"));
}

TEST(SubnetDetailPage, HasASectionForEachInterface) {
  SubnetDetailPage page = ExampleSubnet();
  page.sections.push_back(page.sections[0]);
  page.sections[1].subnet.interface = "eth1";
  const std::string html = RenderSubnetPage(page);
  EXPECT_TRUE(Contains(html, "<h2>On eth0</h2>"));
  EXPECT_TRUE(Contains(html, "<h2>On eth1</h2>"));
}

TEST(SubnetDetailPage, EscapesEverythingThatCameFromOutside) {
  const std::string evil = "<script>\"&'";
  SubnetDetailPage page = ExampleSubnet();
  page.program = page.subnet = page.name = page.refusal = evil;
  page.sections[0].subnet.interface = page.sections[0].subnet.subnet = evil;
  page.sections.push_back(page.sections[0]);
  EXPECT_FALSE(Contains(RenderSubnetPage(page), evil));
  page.refusal.clear();
  page.sections[0].hosts[0].address = evil;
  page.sections[0].subnet.watched = true;
  page.sections[0].connections.resize(1);
  ConnectionOnPage& connection = page.sections[0].connections[0];
  connection.from = connection.to = evil;
  connection.protocol = connection.service = evil;
  const std::string html = RenderSubnetPage(page);
  EXPECT_FALSE(Contains(html, evil));
  EXPECT_EQ(html.find("<script"), html.rfind("<script"));
}

TEST(NoSubnet, SaysWhatAPathIsLike) {
  EXPECT_TRUE(Contains(RenderNoSubnet("x"), "/subnets/10.1.1.0/24"));
}

}  // namespace
}  // namespace ipband
