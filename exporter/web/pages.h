// SPDX-License-Identifier: Apache-2.0
//
// The landing page, made from plain values: no page knows where its numbers
// come from. Safe from any thread.
#pragma once

#include <cstdint>
#include <string>
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

}  // namespace ipband
