// SPDX-License-Identifier: Apache-2.0
//
// What every HTML page is made of: escaping, elements, numbers and times as
// people read them, and the frame around a page. Pages stand alone: nothing is
// loaded from elsewhere, no script is needed. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/web/http_message.h"

namespace ipband {

// A page with a policy that lets no script run and nothing be loaded, should a
// name ever get past the escaping; but for the script of a page that refreshes
// itself, which may ask for the page again.
HttpResponse HtmlResponse(int status, std::string html, bool refreshes = false);

// Text as it may stand in HTML, also inside a quoted attribute.
std::string EscapeHtml(std::string_view text);

// Attributes and content are HTML already.
std::string Element(std::string_view tag, std::string_view attributes,
                    std::string_view content);

// A table cell with a number; the label is shown where there is no room for
// the column's head.
std::string NumberCell(std::string_view label, std::string_view text);

struct HtmlPage {
  struct Crumb {
    std::string href;
    std::string text;
  };
  std::string title;          // of the window
  std::string heading;        // HTML
  std::vector<Crumb> crumbs;  // the pages above this one, outermost first
  std::string navigation;     // HTML below the heading, or empty
  std::string main;           // HTML
  std::string body_class;
  bool refreshes = false;  // every five seconds
};

std::string RenderHtmlPage(const HtmlPage& page);

// "0 bit/s", "950 bit/s", "1.25 Mbit/s": steps of 1,000, three digits.
std::string HumanBitRate(double bytes_per_second);

// "512 B", "1.25 MiB": steps of 1,024, three digits.
std::string HumanBytes(uint64_t bytes);

// "1,234,567".
std::string HumanCount(uint64_t count);

// "45 s", "5 min", "1 h 5 min", "2 d 3 h": the two largest units.
std::string HumanDuration(uint64_t seconds);

// "2026-11-21 20:29:15Z"
std::string UtcTime(int64_t seconds_since_epoch);

// <time> with UtcTime, or, without_day, its time of day alone.
std::string TimeElement(int64_t seconds_since_epoch, bool without_day = false);

}  // namespace ipband
