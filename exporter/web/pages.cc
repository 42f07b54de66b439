// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/pages.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "exporter/web/html.h"

namespace ipband {
namespace {

using Subnet = LandingPage::Subnet;

// A browser gets slow with thousands of rows every five seconds.
constexpr size_t kMaxSubnetRows = 100;

std::string RenderCaptures(const std::vector<LandingPage::Capture>& captures) {
  if (captures.empty()) {
    return "<p class=\"empty\">No interface is being captured.</p>\n";
  }
  std::string rows;
  for (const LandingPage::Capture& capture : captures) {
    const std::string state = capture.up
                                  ? Element("span", "class=\"up\"", "up")
                                  : Element("span", "class=\"down\"", "down");
    rows +=
        Element("tr", "",
                Element("td", "class=\"key\"", EscapeHtml(capture.interface)) +
                    Element("td", "class=\"lead\"", state) +
                    NumberCell("packets", HumanCount(capture.packets)) +
                    NumberCell("dropped", HumanCount(capture.dropped)));
    rows += "\n";
  }
  return "<table>\n<thead><tr><th>Interface<th>State<th class=\"n\">Packets"
         "<th class=\"n\">Dropped</tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table>\n";
}

std::string RenderSubnet(const Subnet& subnet, double highest) {
  std::string key = EscapeHtml(subnet.subnet);
  if (!subnet.name.empty() && subnet.name != subnet.subnet) {
    key = EscapeHtml(subnet.name) + " " + Element("small", "", key);
  }
  key += " " + Element("small", "class=\"on\"", EscapeHtml(subnet.interface));
  const double share = highest > 0 ? subnet.bits_per_second / highest : 0;
  std::array<char, 48> bar{};
  std::snprintf(bar.data(), bar.size(),
                "class=\"n lead rate\" style=\"--w:%.1f%%\"",
                100 * std::clamp(share, 0.0, 1.0));
  return Element("tr", "",
                 Element("td", "class=\"key\"", key) +
                     Element("td", bar.data(),
                             HumanBitRate(subnet.bits_per_second)) +
                     NumberCell("in", HumanBytes(subnet.bytes_in)) +
                     NumberCell("out", HumanBytes(subnet.bytes_out)) +
                     NumberCell("hosts", HumanCount(subnet.hosts))) +
         "\n";
}

// What to do when there is nothing to show.
std::string ExplainNoSubnets(const std::vector<LandingPage::Capture>& all) {
  const bool up = std::any_of(all.begin(), all.end(),
                              [](const auto& one) { return one.up; });
  const bool packets = std::any_of(
      all.begin(), all.end(), [](const auto& one) { return one.packets > 0; });
  std::string text;
  if (packets) {
    text =
        "Packets arrive, but none of them belongs to a local subnet yet. "
        "Which networks are local is set with <code>local</code> in the "
        "configuration.";
  } else if (up) {
    text =
        "No packet has arrived yet. Subnets appear here with their first "
        "packet.";
  } else {
    text =
        "Nothing can be counted while no capture is up; the log says why. "
        "Opening is tried again by itself.";
  }
  return Element("p", "class=\"empty\"", text) + "\n";
}

std::string RenderSubnets(const LandingPage& page) {
  if (page.subnets.empty()) return ExplainNoSubnets(page.captures);
  std::vector<const Subnet*> order;
  for (const Subnet& subnet : page.subnets) order.push_back(&subnet);
  std::stable_sort(order.begin(), order.end(),
                   [](const Subnet* a, const Subnet* b) {
                     return a->bits_per_second > b->bits_per_second;
                   });
  const size_t shown = std::min(order.size(), kMaxSubnetRows);
  std::string html =
      "<table>\n<thead><tr><th>Subnet<th class=\"n\">Rate, last 10 s"
      "<th class=\"n\">In<th class=\"n\">Out<th class=\"n\">Hosts</tr></thead>"
      "\n<tbody>\n";
  for (size_t i = 0; i < shown; ++i) {
    html += RenderSubnet(*order[i], order[0]->bits_per_second);
  }
  html += "</tbody>\n</table>\n";
  if (shown < order.size()) {
    html += Element("p", "class=\"empty\"",
                    HumanCount(order.size() - shown) +
                        " more subnets have less traffic than these; all of "
                        "them are in the metrics.");
  }
  return html;
}

std::string RenderLinks(const LandingPage& page) {
  std::string links;
  for (const LandingPage::Link& link : page.links) {
    links += Element("li", "",
                     Element("a", "href=\"" + EscapeHtml(link.path) + "\"",
                             EscapeHtml(link.path)) +
                         " " + Element("small", "", EscapeHtml(link.text)));
  }
  return Element("ul", "", links);
}

}  // namespace

std::string RenderLandingPage(const LandingPage& page) {
  HtmlPage html;
  html.title = page.program;
  html.heading = EscapeHtml(page.program) + " " +
                 Element("small", "", EscapeHtml(page.version));
  html.navigation = RenderLinks(page);
  html.refresh_seconds = 5;
  if (!page.notice.empty()) {
    html.main += Element("p", "class=\"notice\" role=\"status\"",
                         EscapeHtml(page.notice)) +
                 "\n";
  }
  html.main += "<section>\n<h2>Subnets</h2>\n" + RenderSubnets(page) +
               "</section>\n<section>\n<h2>Capture</h2>\n" +
               RenderCaptures(page.captures) + "</section>\n";
  return RenderHtmlPage(html);
}

}  // namespace ipband
