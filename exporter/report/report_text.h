// SPDX-License-Identifier: Apache-2.0
//
// A report in ipband's layout, to the letter, so that scripts which take it
// apart go on working. What ipband could not say stands in lines of its own,
// which are there only when there is something to say. Pure functions but for
// the names of services, so used by the thread that owns those.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/account/report.h"
#include "exporter/report/host_names.h"
#include "exporter/report/service_names.h"

namespace ipband {

struct ReportLayout {
  uint32_t top = 0;                 // as it was cut to; 0: all
  bool accumulate = false;          // show the accumulated time
  bool several_interfaces = false;  // show the report's
  int ipv4_bits = 24;               // accounting.aggregate
  HostNameMap host_names;           // shown in place of addresses
};

// An empty line, the head, the report's connections as they are (see
// sorting.h), and their sum for those without a row.
std::string ReportText(const Report& report, const ReportLayout& layout,
                       ServiceNames& services);

// "Bandwidth report for 10.1.1.0 <lab>"; always one line.
std::string ReportSubject(const Report& report, int ipv4_bits);

// "10.1.1.0", with " <name>" if there is a name. ipband knew one prefix
// length; an IPv4 subnet of another, and any IPv6 subnet, is "2001:db8::/64".
std::string NetworkLabel(const Prefix& subnet, const std::string& name,
                         int ipv4_bits);

// The share of the time since accumulated_since, in percent.
double AccumulatedPercent(const Report& report);

}  // namespace ipband
