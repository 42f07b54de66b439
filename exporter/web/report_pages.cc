// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/report_pages.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "exporter/web/cells.h"
#include "exporter/web/html.h"
#include "exporter/web/query.h"

namespace ipband {
namespace {

using Row = ReportListPage::Row;

std::string RenderRow(const Row& row, bool all, double highest) {
  const std::string time = TimeElement(row.at);
  const std::string subnet =
      SubnetText(row.subnet, row.name) + " " + InterfaceTag(row.interface);
  std::string cells =
      Element("th", "scope=\"row\" class=\"key\"",
              all ? Link("reports/" + PercentEncode(row.id), time) : time) +
      Element("td", "class=\"key\"", subnet) +
      BarCell("", HumanBitRate(row.bandwidth),
              Percent(row.bandwidth, highest)) +
      NumberCell("threshold", HumanBitRate(row.threshold));
  if (all) {
    cells += NumberCell("exceeded for", HumanDuration(row.exceeded_seconds));
    std::string talker = "unknown";
    if (!row.top_talker.empty()) {
      talker = EscapeHtml(row.top_talker) + " " +
               Element("small", "", HumanBytes(row.top_talker_bytes));
    }
    cells +=
        Element("td", "class=\"talker\" data-label=\"top talker\"", talker);
  }
  return Element("tr", "", cells) + "\n";
}

std::string RenderRows(const ReportListPage& page) {
  const bool all = page.refusal.empty();
  double highest = 0;
  for (const Row& row : page.reports) {
    highest = std::max(highest, row.bandwidth);
  }
  std::string html =
      "<table class=\"reports\">\n"
      "<caption>Reports, newest first; times are UTC</caption>\n<thead><tr>" +
      ColumnHead("Time (UTC)") + ColumnHead("Subnet") +
      ColumnHead("Bandwidth", true) + ColumnHead("Threshold", true);
  if (all) html += ColumnHead("Exceeded for", true) + ColumnHead("Top talker");
  html += "</tr></thead>\n<tbody>\n";
  for (const Row& row : page.reports) html += RenderRow(row, all, highest);
  return html + "</tbody>\n</table>\n";
}

std::string ExplainNoReports(const ReportListPage& page) {
  std::string text;
  if (!page.interface.empty() || !page.subnet.empty()) {
    text = "No report of late is about this.";
  } else if (!page.judged) {
    text =
        "No subnet has a threshold, so no report will be written. Set "
        "<code>thresholds.bandwidth</code> in the configuration.";
  } else {
    text =
        "No report has been written yet. A subnet gets one when it has stayed "
        "at or over its threshold for " +
        HumanDuration(page.report_period_seconds) + "; it is judged every " +
        HumanDuration(page.averaging_period_seconds) + ".";
  }
  return Paragraph("empty", text);
}

std::string RenderFilter(const ReportListPage& page) {
  std::string only;
  if (!page.subnet.empty()) only += Element("b", "", EscapeHtml(page.subnet));
  if (!page.interface.empty()) {
    only += (only.empty() ? "" : " on ") +
            Element("b", "", EscapeHtml(page.interface));
  }
  if (only.empty()) return "";
  return Paragraph("filter",
                   "Only " + only + ". " + Link("reports", "Show all reports"));
}

std::string BandwidthFact(const ReportPage& page) {
  std::array<char, 48> times{};
  if (page.threshold > 0) {
    std::snprintf(times.data(), times.size(), " %.2f times the threshold",
                  page.bandwidth / page.threshold);
  }
  // The bar is the bandwidth; up to the threshold it has another colour.
  return Fact("Bandwidth",
              HumanBitRate(page.bandwidth) + Element("small", "", times.data()),
              "class=\"level\" style=\"--t:" +
                  Percent(page.threshold, page.bandwidth) + "\"");
}

std::string AccumulatedFact(const ReportPage& page) {
  const auto whole = static_cast<double>(page.at) -
                     static_cast<double>(page.accumulated_since);
  const auto part = static_cast<double>(page.accumulated_seconds);
  return Fact("Exceeded in all",
              HumanDuration(page.accumulated_seconds) + " " +
                  Element("small", "",
                          Percent(part, whole) + " of the time since " +
                              TimeElement(page.accumulated_since)));
}

std::string RenderFacts(const ReportPage& page) {
  std::string facts =
      BandwidthFact(page) + Fact("Threshold", HumanBitRate(page.threshold)) +
      Fact("Exceeded for",
           HumanDuration(page.exceeded_seconds) + " " +
               Element("small", "", "since " + TimeElement(page.since))) +
      AccumulatedFact(page) + Fact("Reported", TimeElement(page.at)) +
      Fact("Interface", EscapeHtml(page.interface)) +
      Fact("Subnet", EscapeHtml(page.subnet));
  if (page.dropped_packets > 0) {
    facts += Fact("Packets lost by the capture",
                  HumanCount(page.dropped_packets), "class=\"bad\"");
  }
  if (page.detail_since > page.since) {
    facts += Fact("Connections known since", TimeElement(page.detail_since));
  }
  return "<dl class=\"facts\">\n" + facts + "</dl>\n";
}

// One line on what the table does not list.
std::string RenderSum(const std::string& what, uint64_t bytes, uint64_t total) {
  return Element("li", "",
                 what + ": " + Element("b", "", HumanBytes(bytes)) + ", " +
                     Percent(static_cast<double>(bytes),
                             static_cast<double>(total)) +
                     " of all") +
         "\n";
}

std::string Counted(uint64_t count, const std::string& what) {
  return HumanCount(count) + " " + what + (count == 1 ? "" : "s");
}

std::string RenderSums(const ReportPage& page, uint64_t total) {
  std::string sums;
  if (page.further_connections > 0) {
    sums += RenderSum(Counted(page.further_connections, "further connection") +
                          ", listed in the " + Link("?format=text", "text") +
                          " and the " + Link("?format=json", "JSON"),
                      page.further_bytes, total);
  }
  if (page.omitted_connections > 0) {
    sums += RenderSum(Counted(page.omitted_connections, "smaller connection") +
                          ", left out by <code>reports.top</code>",
                      page.omitted_bytes, total);
  }
  if (page.others_packets > 0) {
    sums += RenderSum(Counted(page.others_packets, "packet") +
                          " of connections that found no room in the table",
                      page.others_bytes, total);
  }
  if (sums.empty()) return "";
  return "<h3>Not in this table</h3>\n<ul class=\"sums\">\n" + sums + "</ul>\n";
}

std::string RenderConnections(const ReportPage& page) {
  if (page.connections.empty()) {
    return Paragraph("empty", "No connection was recorded.");
  }
  uint64_t total = page.further_bytes + page.omitted_bytes + page.others_bytes;
  for (const ConnectionOnPage& connection : page.connections) {
    total += connection.bytes();
  }
  return RenderConnectionTable(page.connections, total, page.at) +
         RenderSums(page, total);
}

}  // namespace

std::string RenderReportList(const ReportListPage& page) {
  HtmlPage html;
  html.title = "Reports - " + page.program;
  html.heading = "Reports";
  html.crumbs = {{"./", page.program}};
  html.body_class = "wide";
  if (!page.refusal.empty()) {
    html.main += Element("p", "class=\"notice\" role=\"status\"",
                         EscapeHtml(page.refusal)) +
                 "\n";
  }
  html.main += RenderFilter(page);
  html.main += page.reports.empty() ? ExplainNoReports(page) : RenderRows(page);
  return RenderHtmlPage(html);
}

std::string RenderReport(const ReportPage& page) {
  HtmlPage html;
  html.title = "Report " + (page.name.empty() ? page.subnet : page.name) +
               ", " + UtcTime(page.at);
  html.heading = "Report: " + SubnetText(page.subnet, page.name);
  html.crumbs = {{"../", page.program}, {"../reports", "Reports"}};
  html.navigation = Element(
      "ul", "",
      Element("li", "", Link("?format=text", "as text")) +
          Element("li", "", Link("?format=json", "as JSON")) +
          Element("li", "",
                  Link("../reports" + FilterQuery(page.interface, page.subnet),
                       "all reports on this subnet")));
  html.body_class = "wide";
  html.main = RenderFacts(page) + "<section>\n<h2>Connections</h2>\n" +
              RenderConnections(page) + "</section>\n";
  return RenderHtmlPage(html);
}

std::string RenderNoReport(const std::string& program) {
  HtmlPage html;
  html.title = "No such report - " + program;
  html.heading = "No such report";
  html.crumbs = {{"../", program}, {"../reports", "Reports"}};
  html.main =
      "<p class=\"empty\">This report is not kept here, or not any more. Older "
      "ones may still be in the report directory, under the same "
      "name.</p>\n";
  return RenderHtmlPage(html);
}

}  // namespace ipband
