// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/subnet_detail_page.h"

#include "exporter/web/html.h"
#include "exporter/web/sparkline.h"

namespace ipband {
namespace {

using Host = SubnetDetailPage::Host;
using Section = SubnetDetailPage::Section;

// The prefix takes two segments of the path.
constexpr char kRoot[] = "../../";

std::string Empty(std::string_view html) { return Paragraph("empty", html); }

std::string RenderFacts(const Section& section) {
  const SubnetOnPage& subnet = section.subnet;
  const std::string line = Sparkline(subnet.history, subnet.threshold);
  std::string facts = Fact("Bandwidth", RenderLoad(subnet), "class=\"load\"");
  if (!line.empty()) {
    facts += Fact("Last 60 periods", line, "class=\"history\"");
  }
  facts +=
      Fact("State", RenderState(subnet), "class=\"state\"") +
      Fact("In", HumanBytes(section.receive_bytes)) +
      Fact("Out", HumanBytes(section.transmit_bytes)) +
      Fact("Interface", EscapeHtml(subnet.interface)) +
      Fact("Reports", Link(kRoot + std::string("reports") +
                               FilterQuery(subnet.interface, subnet.subnet),
                           "on this subnet"));
  return "<dl class=\"facts\">\n" + facts + "</dl>\n";
}

std::string RenderHost(const Host& host, uint64_t all) {
  const uint64_t bytes = host.receive_bytes + host.transmit_bytes;
  const std::string share =
      Percent(static_cast<double>(bytes), static_cast<double>(all));
  return Element("tr", "",
                 Element("th", "scope=\"row\" class=\"key\"",
                         EscapeHtml(host.address)) +
                     BarCell("", HumanBytes(bytes), share) +
                     NumberCell("share", share) +
                     NumberCell("in", HumanBytes(host.receive_bytes)) +
                     NumberCell("out", HumanBytes(host.transmit_bytes))) +
         "\n";
}

std::string RenderHosts(const Section& section) {
  if (section.hosts.empty()) return Empty("No host is known yet.");
  const uint64_t all = section.receive_bytes + section.transmit_bytes;
  std::string html =
      "<table>\n<caption>Hosts, the busiest of late first; bytes since they "
      "are known</caption>\n<thead><tr>" +
      ColumnHead("Host") + ColumnHead("Bytes", true) +
      ColumnHead("Share", true) + ColumnHead("In", true) +
      ColumnHead("Out", true) + "</tr></thead>\n<tbody>\n";
  for (const Host& host : section.hosts) html += RenderHost(host, all);
  html += "</tbody>\n</table>\n";
  if (section.known_hosts > section.hosts.size()) {
    html += Empty(HumanCount(section.known_hosts - section.hosts.size()) +
                  " more hosts were less busy of late.");
  }
  return html;
}

std::string RenderConnections(const Section& section, int64_t at) {
  if (!section.subnet.watched) {
    return Empty(
        "Connections are kept while the subnet is watched: from the first "
        "period at or over its threshold on.");
  }
  if (section.connections.empty()) {
    return Empty("None since the watch began.");
  }
  std::string html =
      RenderConnectionTable(section.connections, section.connection_bytes, at);
  if (section.further_connections > 0) {
    html += Empty(HumanCount(section.further_connections) +
                  " more connections are smaller; a report lists them.");
  }
  return html;
}

std::string RenderSection(const SubnetDetailPage& page,
                          const Section& section) {
  std::string html = "<section>\n";
  if (page.sections.size() > 1) {
    html += Element("h2", "", "On " + EscapeHtml(section.subnet.interface));
  }
  html += RenderFacts(section);
  if (page.refusal.empty()) {
    html += "<h2>Hosts</h2>\n" + RenderHosts(section) +
            "<h2>Connections</h2>\n" + RenderConnections(section, page.at);
  }
  return html + "</section>\n";
}

}  // namespace

std::string RenderSubnetPage(const SubnetDetailPage& page) {
  HtmlPage html;
  html.title =
      (page.name.empty() ? page.subnet : page.name) + " - " + page.program;
  html.heading = SubnetText(page.subnet, page.name);
  html.crumbs = {{kRoot, page.program}};
  html.refreshes = true;
  html.body_class = "wide";
  if (!page.refusal.empty()) {
    html.main += Paragraph("notice", EscapeHtml(page.refusal));
  }
  for (const Section& section : page.sections) {
    html.main += RenderSection(page, section);
  }
  return RenderHtmlPage(html);
}

std::string RenderNoSubnet(const std::string& program) {
  HtmlPage html;
  html.title = "No such subnet - " + program;
  html.heading = "No such subnet";
  html.crumbs = {{kRoot, program}};
  html.main = Empty(
      "This subnet is not counted, or not any more. A page has the path "
      "<code>/subnets/10.1.1.0/24</code>, with the network as it stands in "
      "the metrics.");
  return RenderHtmlPage(html);
}

}  // namespace ipband
