// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/html.h"

#include <array>
#include <cstdio>
#include <span>
#include <utility>

#include "exporter/text/time_text.h"
#include "exporter/web/content_policy.h"
#include "exporter/web/page_script.h"
#include "exporter/web/page_style.h"

namespace ipband {
namespace {

// Three significant digits and the unit.
std::string Scaled(double value, double step,
                   std::span<const char* const> units) {
  size_t unit = 0;
  // 999.5 would be written as "1000".
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  int decimals = 2;
  if (unit == 0 || value >= 99.95) {
    decimals = 0;
  } else if (value >= 9.995) {
    decimals = 1;
  }
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value,
                units[unit]);
  return text.data();
}

// The pages above, as a line of links over the heading.
std::string RenderCrumbs(const std::vector<HtmlPage::Crumb>& crumbs) {
  if (crumbs.empty()) return "";
  std::string items;
  for (const HtmlPage::Crumb& crumb : crumbs) {
    items += Element("li", "",
                     Element("a", "href=\"" + EscapeHtml(crumb.href) + "\"",
                             EscapeHtml(crumb.text)));
  }
  return Element("nav", "class=\"crumbs\" aria-label=\"Above\"",
                 Element("ol", "", items)) +
         "\n";
}

}  // namespace

HttpResponse HtmlResponse(int status, std::string html, bool refreshes) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy",
                                ContentPolicy(refreshes));
  response.body = std::move(html);
  response.compress = true;
  return response;
}

std::string Element(std::string_view tag, std::string_view attributes,
                    std::string_view content) {
  std::string html = "<" + std::string(tag);
  if (!attributes.empty()) html.append(" ").append(attributes);
  html.append(">").append(content);
  return html.append("</").append(tag).append(">");
}

std::string NumberCell(std::string_view label, std::string_view text) {
  return Element("td", "class=\"n\" data-label=\"" + std::string(label) + "\"",
                 text);
}

std::string RenderHtmlPage(const HtmlPage& page) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n";
  if (page.refreshes) {
    html +=
        "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n";
  }
  html += Element("title", "", EscapeHtml(page.title)) + "\n" +
          Element("style", "", kPageStyle) + "\n</head>\n<body";
  if (!page.body_class.empty()) html += " class=\"" + page.body_class + "\"";
  html += ">\n<header>\n" + RenderCrumbs(page.crumbs) +
          Element("h1", "", page.heading) + "\n";
  if (!page.navigation.empty()) {
    html += Element("nav", "", page.navigation) + "\n";
  }
  if (page.refreshes) {
    html +=
        "<button id=\"pause\" type=\"button\" aria-pressed=\"false\" hidden>"
        "Pause</button>\n";
  }
  html += "</header>\n";
  if (page.refreshes) {
    html += "<p id=\"stale\" class=\"notice\" role=\"status\" hidden></p>\n";
  }
  html += "<main>\n" + page.main + "</main>\n";
  if (page.refreshes) html += Element("script", "", kPageScript) + "\n";
  return html + "</body>\n</html>\n";
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string HumanBitRate(double bytes_per_second) {
  static constexpr std::array<const char*, 5> kUnits = {
      "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
  return Scaled(bytes_per_second * 8, 1000, kUnits);
}

std::string HumanBytes(uint64_t bytes) {
  static constexpr std::array<const char*, 6> kUnits = {"B",   "KiB", "MiB",
                                                        "GiB", "TiB", "PiB"};
  return Scaled(static_cast<double>(bytes), 1024, kUnits);
}

std::string HumanCount(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string HumanDuration(uint64_t seconds) {
  struct Unit {
    uint64_t seconds;
    const char* name;
  };
  static constexpr std::array<Unit, 4> kUnits = {
      {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && seconds < kUnits[unit].seconds) ++unit;
  std::string text =
      std::to_string(seconds / kUnits[unit].seconds) + kUnits[unit].name;
  if (unit + 1 < kUnits.size()) {
    const uint64_t rest =
        seconds % kUnits[unit].seconds / kUnits[unit + 1].seconds;
    if (rest > 0) text += " " + std::to_string(rest) + kUnits[unit + 1].name;
  }
  return text;
}

std::string UtcTime(int64_t seconds_since_epoch) {
  std::string text = Rfc3339Utc(seconds_since_epoch);
  text[text.find('T')] = ' ';
  return text;
}

std::string TimeElement(int64_t seconds_since_epoch, bool without_day) {
  const std::string machine = Rfc3339Utc(seconds_since_epoch);
  return Element("time", "datetime=\"" + machine + "\"",
                 without_day ? machine.substr(machine.find('T') + 1)
                             : UtcTime(seconds_since_epoch));
}

}  // namespace ipband
