// SPDX-License-Identifier: Apache-2.0
//
// The landing page, made from plain values: no page knows where its numbers
// come from. Links are relative, so that it works behind a proxy that serves
// it below a path of its own. Safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipband {

// Bandwidths are bytes per second.
struct SubnetOnPage {
  std::string interface;
  std::string subnet;
  std::string name;  // empty, or the prefix again: not shown twice
  // Judged, of the last averaging period; none before the first one has ended.
  std::optional<double> bandwidth;
  double recent = 0;  // of the last ten seconds
  std::optional<double> threshold;
  std::vector<float> history;  // of the last periods, oldest first
  bool watched = false;
  bool reported = false;      // in this watch
  int64_t watch_seconds = 0;  // up to the last period end
  // Until the open period ends, and until a report is due if the excess lasts.
  std::optional<int64_t> period_ends_in;
  std::optional<int64_t> report_in;
  // Of a watch that is held: since the last period that was not quiet, and
  // until the watch ends if no other comes.
  std::optional<int64_t> quiet_seconds;
  std::optional<int64_t> watch_ends_in;
  std::string top_host;  // an address; empty: none, or not for everybody

  // The bandwidth, or what comes next to it.
  double level() const { return bandwidth.value_or(recent); }
  bool over() const {
    return bandwidth && threshold && *bandwidth >= *threshold;
  }
};

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
    bool missing = false;  // there is no such interface
  };

  std::string program;
  std::string version;
  std::string notice;  // one sentence that the reader should act on, or empty
  std::vector<Link> links;
  std::vector<Capture> captures;
  std::vector<SubnetOnPage> subnets;  // in any order
  uint64_t averaging_period_seconds = 0;
  bool judged = true;        // some subnet has a threshold
  bool shows_hosts = false;  // the reader may see them
};

// The page at "/": the subnets, the one nearest to its threshold first, and
// what is captured.
std::string RenderLandingPage(const LandingPage& page);

// What is shown of a subnet on every page: its bandwidth against the
// threshold, with a bar, and what comes of it. Without a threshold a full bar
// is `full`, by default the peak of the subnet. HTML.
std::string RenderLoad(const SubnetOnPage& subnet,
                       std::optional<double> full = std::nullopt);
std::string RenderState(const SubnetOnPage& subnet);

}  // namespace ipband
