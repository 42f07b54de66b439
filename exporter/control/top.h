// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl top`: what a running exporter counts at the moment, redrawn every
// second, or once. With an address also what ipfm's old status page told: what
// a host has had so far in the open period of each meter. Reads the exporter's
// HTTP API and nothing else.
#pragma once

#include <string>

namespace ipband {

struct TopOptions {
  std::string url = "http://localhost:10059";
  std::string subnet;     // not empty: its hosts
  std::string interface;  // not empty: only what was captured there
  std::string meter;      // not empty: its table
  std::string address;    // not empty: what it has in each meter
  int rows = 20;          // the most of each table
  bool once = false;      // print and end, instead of a screen
};

// Rows of meters are wanted, and no subnets.
inline bool ShowsMeters(const TopOptions& options) {
  return !options.meter.empty() || !options.address.empty();
}

// Returns the exit code. Throws Error: without a screen also if the exporter
// cannot be reached or refuses.
int RunTop(const TopOptions& options);

}  // namespace ipband
