// SPDX-License-Identifier: Apache-2.0
//
// ipband's HTML status page, with the bandwidth of every subnet in the last
// averaging period. Pure function; whoever writes the page to a file replaces
// that file as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipband {

struct StatusPage {
  struct Row {
    std::string label;     // of NetworkLabel; ipband showed no name here
    double bandwidth = 0;  // bytes per second
  };
  std::string title;
  int64_t refresh_seconds = 0;  // the averaging period
  int64_t at = 0;               // seconds since the epoch
  std::vector<Row> rows;        // shown in this order
};

std::string SubnetPage(const StatusPage& page);

}  // namespace ipband
