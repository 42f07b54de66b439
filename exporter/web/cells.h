// SPDX-License-Identifier: Apache-2.0
//
// Pieces that several pages are made of: links, heads and cells of tables, the
// table of connections. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

// `html` as a link.
std::string Link(const std::string& href, const std::string& html);

std::string Paragraph(std::string_view css_class, std::string_view html);

std::string ColumnHead(std::string_view text, bool number = false);

// The name with the prefix beside it.
std::string SubnetText(const std::string& subnet, const std::string& name);

std::string InterfaceTag(const std::string& interface);

// The part of a URL that chooses reports: "?interface=...&subnet=...". What is
// empty is left out.
std::string FilterQuery(const std::string& interface,
                        const std::string& subnet);

// A part of a whole as CSS and people write it: "12.5%".
std::string Percent(double part, double whole);

// A number over a bar of that share; the label as in NumberCell, or empty.
std::string BarCell(const std::string& label, std::string_view text,
                    const std::string& percent);

// One term and what it is, with its HTML, for a <dl class="facts">.
std::string Fact(std::string_view term, std::string_view html,
                 std::string_view attributes = "");

struct ConnectionOnPage {
  std::string from;
  std::string to;
  uint16_t from_port = 0;
  uint16_t to_port = 0;
  std::string protocol;
  std::string service;  // empty: unknown
  uint64_t from_bytes = 0;
  uint64_t to_bytes = 0;
  uint64_t packets = 0;
  int64_t first_seen = 0;  // seconds since the epoch
  int64_t last_seen = 0;

  uint64_t bytes() const { return from_bytes + to_bytes; }
};

// In their order. `total`: the bytes that shares are of. Of the day of `at`
// only the time of day is told.
std::string RenderConnectionTable(
    const std::vector<ConnectionOnPage>& connections, uint64_t total,
    int64_t at);

}  // namespace ipband
