// SPDX-License-Identifier: Apache-2.0
//
// `ipbandctl reports`: the reports of late of a running exporter, or one of
// them as text.
#pragma once

#include <string>

namespace ipband {

struct ReportsOptions {
  std::string url = "http://localhost:10059";
  std::string id;         // print this one's text; empty: list them
  std::string subnet;     // only of this network
  std::string interface;  // only of this one
  int most = 20;          // lines of the list, the newest reports first
};

// The exit code. Throws Error.
int RunReports(const ReportsOptions& options);

}  // namespace ipband
