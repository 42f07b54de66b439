// SPDX-License-Identifier: Apache-2.0
//
// HTML for people, made from plain values: no page knows where its numbers
// come from. Pages stand alone: nothing is loaded from elsewhere, no script
// is needed. Safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipband {

struct LandingPage {
  struct Link {
    std::string path;
    std::string text;  // what is to be found there
  };
  struct Capture {
    std::string interface;
    bool up = false;
    uint64_t packets = 0;
    uint64_t dropped = 0;
  };
  struct Subnet {
    std::string interface;
    std::string subnet;
    std::string name;            // empty, or the prefix again: not shown twice
    double bits_per_second = 0;  // over the last ten seconds
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
    uint64_t hosts = 0;
  };

  std::string program;
  std::string version;
  std::string notice;  // one sentence that the reader should act on, or empty
  std::vector<Link> links;
  std::vector<Capture> captures;
  std::vector<Subnet> subnets;  // in any order
};

// The page at "/": what is captured, and the subnets by falling rate.
std::string RenderLandingPage(const LandingPage& page);

// Text as it may stand in HTML, also inside a quoted attribute.
std::string EscapeHtml(std::string_view text);

// "0 bit/s", "950 bit/s", "1.25 Mbit/s": steps of 1,000, three digits.
std::string HumanBitRate(double bits_per_second);

// "512 B", "1.25 MiB": steps of 1,024, three digits.
std::string HumanBytes(uint64_t bytes);

// "1,234,567".
std::string HumanCount(uint64_t count);

}  // namespace ipband
