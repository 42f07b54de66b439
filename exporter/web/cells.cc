// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/cells.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "exporter/web/html.h"
#include "exporter/web/query.h"

namespace ipband {
namespace {

std::string EndCells(std::string_view label, const std::string& address,
                     uint16_t port) {
  return Element("td",
                 "class=\"key end\" data-label=\"" + std::string(label) + "\"",
                 EscapeHtml(address)) +
         Element("td", "class=\"n port\" data-label=\"port\"",
                 std::to_string(port));
}

std::string SeenCell(std::string_view label, int64_t seen, int64_t at) {
  constexpr int64_t kDay = 86400;
  return NumberCell(label, TimeElement(seen, seen / kDay == at / kDay));
}

std::string RenderConnection(const ConnectionOnPage& connection, int64_t at,
                             bool services, uint64_t total) {
  std::string cells =
      EndCells("from", connection.from, connection.from_port) +
      EndCells("to", connection.to, connection.to_port) +
      Element("td",
              services ? "data-label=\"protocol\""
                       : "class=\"whole\" data-label=\"protocol\"",
              EscapeHtml(connection.protocol));
  if (services) {
    cells += connection.service.empty()
                 ? "<td></td>"
                 : Element("td", "data-label=\"service\"",
                           EscapeHtml(connection.service));
  }
  const std::string share = Percent(static_cast<double>(connection.bytes()),
                                    static_cast<double>(total));
  cells += NumberCell("sent", HumanBytes(connection.from_bytes)) +
           NumberCell("received", HumanBytes(connection.to_bytes)) +
           BarCell("share", share, share) +
           NumberCell("packets", HumanCount(connection.packets)) +
           SeenCell("first seen", connection.first_seen, at) +
           SeenCell("last seen", connection.last_seen, at);
  return Element("tr", "", cells) + "\n";
}

}  // namespace

std::string Link(const std::string& href, const std::string& html) {
  return Element("a", "href=\"" + EscapeHtml(href) + "\"", html);
}

std::string Paragraph(std::string_view css_class, std::string_view html) {
  return Element("p", "class=\"" + std::string(css_class) + "\"", html) + "\n";
}

std::string ColumnHead(std::string_view text, bool number) {
  return Element("th", number ? "scope=\"col\" class=\"n\"" : "scope=\"col\"",
                 text);
}

std::string SubnetText(const std::string& subnet, const std::string& name) {
  std::string prefix = EscapeHtml(subnet);
  if (name.empty() || name == subnet) return prefix;
  return EscapeHtml(name) + " " + Element("small", "", prefix);
}

std::string InterfaceTag(const std::string& interface) {
  return Element("small", "class=\"on\"", EscapeHtml(interface));
}

std::string FilterQuery(const std::string& interface,
                        const std::string& subnet) {
  std::string query;
  if (!interface.empty()) query += "&interface=" + PercentEncode(interface);
  if (!subnet.empty()) query += "&subnet=" + PercentEncode(subnet);
  if (!query.empty()) query[0] = '?';
  return query;
}

std::string Percent(double part, double whole) {
  const double share = whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", 100 * share);
  return text.data();
}

std::string BarCell(const std::string& label, std::string_view text,
                    const std::string& percent) {
  std::string attributes = "class=\"n lead rate\" style=\"--w:" + percent + '"';
  if (!label.empty()) attributes += " data-label=\"" + label + '"';
  return Element("td", attributes, text);
}

std::string Fact(std::string_view term, std::string_view html,
                 std::string_view attributes) {
  return Element("div", attributes,
                 Element("dt", "", term) + Element("dd", "", html)) +
         "\n";
}

std::string RenderConnectionTable(
    const std::vector<ConnectionOnPage>& connections, uint64_t total,
    int64_t at) {
  const bool services =
      std::any_of(connections.begin(), connections.end(),
                  [](const auto& one) { return !one.service.empty(); });
  std::string html =
      "<table class=\"connections\">\n"
      "<caption>Connections; sent and received are bytes as seen from the "
      "first address</caption>\n<thead><tr>" +
      ColumnHead("From") + ColumnHead("Port", true) + ColumnHead("To") +
      ColumnHead("Port", true) + ColumnHead("Protocol");
  if (services) html += ColumnHead("Service");
  html += ColumnHead("Sent", true) + ColumnHead("Received", true) +
          ColumnHead("Share", true) + ColumnHead("Packets", true) +
          ColumnHead("First seen", true) + ColumnHead("Last seen", true) +
          "</tr></thead>\n<tbody>\n";
  for (const ConnectionOnPage& connection : connections) {
    html += RenderConnection(connection, at, services, total);
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace ipband
