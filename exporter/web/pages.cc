// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/pages.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>

#include "exporter/web/cells.h"
#include "exporter/web/html.h"
#include "exporter/web/sparkline.h"

namespace ipband {
namespace {

using Capture = LandingPage::Capture;

// A browser gets slow with thousands of rows every five seconds.
constexpr size_t kMaxSubnetRows = 100;
constexpr size_t kMaxCaptures = 8;

// Where the threshold is on every bar, so that they can be compared at a
// glance; what is beyond is drawn in another colour, up to a third over.
constexpr double kThresholdAt = 0.75;

std::string Small(std::string_view html) { return Element("small", "", html); }

std::string Duration(int64_t seconds) {
  return HumanDuration(static_cast<uint64_t>(std::max<int64_t>(0, seconds)));
}

double PeakOf(const SubnetOnPage& subnet) {
  double peak = subnet.level();
  for (const float value : subnet.history) peak = std::max(peak, double{value});
  return peak;
}

// "38 %", "2.4 times".
std::string ShareText(double share) {
  std::array<char, 32> text{};
  if (share < 1.995) {
    std::snprintf(text.data(), text.size(), "%.0f %%", 100 * share);
  } else {
    std::snprintf(text.data(), text.size(), "%.1f times", share);
  }
  return text.data();
}

// Decoration: the same is beside it in words.
std::string Bar(const char* css_class, double share) {
  std::array<char, 96> attributes{};
  std::snprintf(attributes.data(), attributes.size(),
                "class=\"%s\" style=\"--w:%.1f%%\"", css_class,
                100 * std::clamp(share, 0.0, 1.0));
  return Element("div", attributes.data(), "");
}

// --- one line on the captures ---

std::string StateText(const Capture& capture) {
  if (capture.up) return capture.interface;
  if (!capture.missing) return capture.interface + " is down";
  return "There is no interface " + capture.interface +
         "; it is captured as soon as there is.";
}

std::string CaptureText(const Capture& capture) {
  std::string text =
      Element("span", capture.up ? "class=\"up\"" : "class=\"down\"",
              EscapeHtml(StateText(capture))) +
      " " + HumanCount(capture.packets) + " packets, ";
  if (capture.dropped == 0) {
    text += "none lost";
  } else {
    text += Element("b", "", HumanCount(capture.dropped) + " lost");
  }
  return Element("li", "", text);
}

// Those that want a look come first.
std::string RenderCaptures(std::vector<Capture> captures) {
  if (captures.empty()) {
    return Paragraph("empty", "No interface is being captured.");
  }
  std::stable_sort(captures.begin(), captures.end(),
                   [](const Capture& a, const Capture& b) {
                     return std::tuple(a.up, a.dropped == 0) <
                            std::tuple(b.up, b.dropped == 0);
                   });
  std::string items;
  uint64_t more_up = 0;
  for (size_t i = 0; i < captures.size(); ++i) {
    if (i < kMaxCaptures) items += CaptureText(captures[i]);
    if (i >= kMaxCaptures && captures[i].up) ++more_up;
  }
  if (captures.size() > kMaxCaptures) {
    const size_t more = captures.size() - kMaxCaptures;
    items += Element("li", "",
                     "and " + HumanCount(more) + " more, " +
                         HumanCount(more_up) + " of them up");
  }
  return Element("ul", "class=\"health\" aria-label=\"Capture\"", items) + "\n";
}

// --- the subnets ---

std::string RenderKey(const SubnetOnPage& subnet) {
  const bool named = !subnet.name.empty() && subnet.name != subnet.subnet;
  std::string key = Link("./subnets/" + subnet.subnet,
                         EscapeHtml(named ? subnet.name : subnet.subnet));
  if (named) key += " " + Small(EscapeHtml(subnet.subnet));
  return Element("th", "scope=\"row\" class=\"key\"",
                 key + " " + InterfaceTag(subnet.interface));
}

std::string RenderTopHost(const SubnetOnPage& subnet) {
  return Element(
      "td", "class=\"talker\" data-label=\"top host\"",
      subnet.top_host.empty() ? Small("none") : EscapeHtml(subnet.top_host));
}

std::string RenderSubnet(const SubnetOnPage& subnet, bool hosts,
                         double busiest) {
  std::string cells =
      RenderKey(subnet) +
      Element("td", "class=\"load\"", RenderLoad(subnet, busiest)) +
      Element("td", "class=\"line\"",
              Sparkline(subnet.history, subnet.threshold)) +
      Element("td", "class=\"state\"", RenderState(subnet));
  if (hosts) cells += RenderTopHost(subnet);
  return Element("tr", subnet.watched ? "class=\"watched\"" : "", cells) + "\n";
}

// What to do when there is nothing to show.
std::string ExplainNoSubnets(const std::vector<Capture>& all) {
  const bool up = std::any_of(all.begin(), all.end(),
                              [](const auto& one) { return one.up; });
  const bool packets = std::any_of(
      all.begin(), all.end(), [](const auto& one) { return one.packets > 0; });
  std::string text;
  if (packets) {
    text =
        "Packets arrive, but none of them belongs to a local subnet yet. "
        "Which networks are local is set with <code>accounting.local</code> "
        "in the configuration.";
  } else if (up) {
    text =
        "No packet has arrived yet. Subnets appear here with their first "
        "packet.";
  } else {
    text =
        "Nothing can be counted while no capture is up; the log says why. "
        "Opening is tried again by itself.";
  }
  return Paragraph("empty", text);
}

// Nearest to its threshold first, then those without one by bandwidth.
bool ComesBefore(const SubnetOnPage* a, const SubnetOnPage* b) {
  const auto nearness = [](const SubnetOnPage& subnet) {
    if (!subnet.threshold) return -1.0;
    // Of a threshold of 0 there is no share, and everything is over it.
    return subnet.level() / std::max(*subnet.threshold, 1e-9);
  };
  return std::tuple(nearness(*a), a->level()) >
         std::tuple(nearness(*b), b->level());
}

// Of those without a threshold, so that their bars can be compared as well.
double BusiestUnjudged(const LandingPage& page) {
  double busiest = 0;
  for (const SubnetOnPage& subnet : page.subnets) {
    if (!subnet.threshold) busiest = std::max(busiest, subnet.level());
  }
  return busiest;
}

std::string RenderSubnets(const LandingPage& page) {
  if (page.subnets.empty()) return ExplainNoSubnets(page.captures);
  std::vector<const SubnetOnPage*> order;
  for (const SubnetOnPage& subnet : page.subnets) order.push_back(&subnet);
  std::stable_sort(order.begin(), order.end(), ComesBefore);
  const size_t shown = std::min(order.size(), kMaxSubnetRows);
  std::string html =
      "<table class=\"subnets\">\n<caption>Subnets, nearest to their "
      "threshold first</caption>\n<thead><tr><th scope=\"col\">Subnet"
      "<th scope=\"col\">Bandwidth<th scope=\"col\">Last 60 periods"
      "<th scope=\"col\">State";
  if (page.shows_hosts) html += "<th scope=\"col\">Top host";
  html += "</tr></thead>\n<tbody>\n";
  const double busiest = BusiestUnjudged(page);
  for (size_t i = 0; i < shown; ++i) {
    html += RenderSubnet(*order[i], page.shows_hosts, busiest);
  }
  html += "</tbody>\n</table>\n";
  if (shown < order.size()) {
    html += Paragraph("empty", HumanCount(order.size() - shown) +
                                   " more subnets are further from a threshold "
                                   "than these; all of them are in the "
                                   "metrics.");
  }
  return html;
}

uint64_t CountOver(const LandingPage& page) {
  return static_cast<uint64_t>(
      std::count_if(page.subnets.begin(), page.subnets.end(),
                    [](const SubnetOnPage& one) { return one.over(); }));
}

// What a reader in a hurry wants to know.
std::string RenderSummary(const LandingPage& page) {
  const uint64_t over = CountOver(page);
  const size_t all = page.subnets.size();
  std::string text = HumanCount(all) + (all == 1 ? " subnet" : " subnets");
  if (page.judged && over == 0) text += ", none over its threshold";
  if (over > 0) {
    text += ", " +
            Element("b", "class=\"bad\"",
                    HumanCount(over) + (over == 1 ? " over its threshold"
                                                  : " over their threshold"));
  }
  text += ". Averaged over " + HumanDuration(page.averaging_period_seconds);
  // Each capture has its own periods; the first to end is the next news.
  std::optional<int64_t> next;
  for (const SubnetOnPage& subnet : page.subnets) {
    if (!subnet.period_ends_in) continue;
    next = std::min(next.value_or(INT64_MAX), *subnet.period_ends_in);
  }
  if (next) text += "; the next period ends in " + Duration(*next);
  return Paragraph("summary", text + ".");
}

// How a threshold is set, by what has been seen so far.
std::string ExplainThreshold(const LandingPage& page) {
  if (page.judged || page.subnets.empty()) return "";
  const auto peak = std::max_element(
      page.subnets.begin(), page.subnets.end(),
      [](const auto& a, const auto& b) { return PeakOf(a) < PeakOf(b); });
  const std::string who = peak->name.empty() ? peak->subnet : peak->name;
  return Paragraph(
      "hint",
      "No report will be written, since no subnet has a threshold. The peak so "
      "far is " +
          HumanBitRate(PeakOf(*peak)) + " (" + EscapeHtml(who) +
          "). Set one in the configuration, like <code>thresholds: {bandwidth: "
          "10Mbit/s}</code>, or for one subnet with its "
          "<code>threshold</code>.");
}

std::string ExplainFirstPeriod(const LandingPage& page) {
  const bool one_has_ended = std::any_of(
      page.subnets.begin(), page.subnets.end(),
      [](const SubnetOnPage& one) { return one.bandwidth.has_value(); });
  if (page.subnets.empty() || one_has_ended) return "";
  const std::optional<int64_t> left = page.subnets.front().period_ends_in;
  std::string text = "The first averaging period ";
  text += left ? "ends in " + Duration(*left) : "is still open";
  return Paragraph("hint", text +
                               ". Until then this page shows what passed in "
                               "the last ten seconds.");
}

// Of a watched subnet.
std::string WhatComesNext(const SubnetOnPage& subnet) {
  if (subnet.report_in) {
    return (subnet.reported ? "reported, again in " : "report in ") +
           Duration(*subnet.report_in);
  }
  std::string text = subnet.reported ? "reported" : "";
  if (subnet.over()) return text;
  if (!text.empty()) text += "; ";
  if (!subnet.quiet_seconds || !subnet.watch_ends_in) {
    return text + "below threshold";
  }
  return text + "quiet for " + Duration(*subnet.quiet_seconds) +
         ", watch ends in " + Duration(*subnet.watch_ends_in);
}

std::string RenderLinks(const LandingPage& page) {
  std::string links;
  for (const LandingPage::Link& link : page.links) {
    links += Element("li", "", Link(link.path, EscapeHtml(link.text)));
  }
  return Element("ul", "", links);
}

}  // namespace

std::string RenderLoad(const SubnetOnPage& subnet, std::optional<double> full) {
  std::string text = Element("b", "", HumanBitRate(subnet.level())) + " ";
  if (!subnet.threshold) {
    const double peak = PeakOf(subnet);
    text +=
        Small(subnet.bandwidth ? "peak " + HumanBitRate(peak) : "last 10 s");
    const double whole = full.value_or(peak);
    return text + Bar("bar", whole > 0 ? subnet.level() / whole : 0);
  }
  const double share =
      *subnet.threshold > 0 ? subnet.level() / *subnet.threshold : 0;
  text += Small((subnet.bandwidth ? "of " : "last 10 s, of ") +
                HumanBitRate(*subnet.threshold) +
                (*subnet.threshold > 0 ? ", " + ShareText(share) : ""));
  return text +
         Bar("bar judged", *subnet.threshold > 0 ? share * kThresholdAt : 1.0);
}

std::string RenderState(const SubnetOnPage& subnet) {
  if (!subnet.bandwidth) {
    return Small(subnet.period_ends_in ? "first period ends in " +
                                             Duration(*subnet.period_ends_in)
                                       : "in its first period");
  }
  if (!subnet.watched) {
    return Small(subnet.threshold ? "below threshold" : "no threshold");
  }
  std::string text = subnet.over() ? "over" : "watched";
  if (subnet.watch_seconds > 0)
    text += " for " + Duration(subnet.watch_seconds);
  text = Element("b", subnet.over() ? "class=\"bad\"" : "", text);
  const std::string next = WhatComesNext(subnet);
  return next.empty() ? text : text + " " + Small(next);
}

std::string RenderLandingPage(const LandingPage& page) {
  HtmlPage html;
  const uint64_t over = CountOver(page);
  html.title = (over > 0 ? HumanCount(over) + " over - " : "") + page.program;
  html.heading =
      EscapeHtml(page.program) + " " + Small(EscapeHtml(page.version));
  html.navigation = RenderLinks(page);
  html.refreshes = true;
  html.body_class = "wide";
  if (!page.notice.empty()) {
    html.main += Paragraph("notice", EscapeHtml(page.notice));
  }
  html.main += ExplainFirstPeriod(page) + ExplainThreshold(page);
  if (!page.subnets.empty()) html.main += RenderSummary(page);
  html.main += RenderCaptures(page.captures) + RenderSubnets(page);
  return RenderHtmlPage(html);
}

}  // namespace ipband
