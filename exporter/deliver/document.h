// SPDX-License-Identifier: Apache-2.0
//
// A finished report (or status page) on its way to the sinks: nothing is left
// to be looked up or laid out. Constant once made, shared by the sinks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ipband {

struct Document {
  std::string id;       // "20261121T202915Z-eth0-10.1.1.0_24"
  std::string episode;  // the same for all reports of one watch
  int64_t at = 0;       // seconds since the epoch: time of the report
  std::string subject;  // "Bandwidth report for 10.1.1.0 <lab>"
  std::string text;     // ipband's layout; of a status page, the page
  std::string json;     // one line, with its newline

  size_t bytes() const {
    return id.size() + episode.size() + subject.size() + text.size() +
           json.size();
  }
};

}  // namespace ipband
