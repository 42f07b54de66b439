// SPDX-License-Identifier: Apache-2.0
#include "exporter/status_page.h"

#include "exporter/report/report_text.h"

namespace ipband {
namespace {

// ipband: forgot a subnet after a period in which nothing was heard of it,
// unless it was named or watched.
bool IsShown(const SubnetRow& row) {
  return row.named != SubnetRow::kDiscovered || row.watch.active ||
         row.bandwidth > 0;
}

}  // namespace

StatusPage StatusPageOf(const Snapshot& snapshot, int64_t end,
                        const Config& config) {
  StatusPage page{.title = config.reports.html_title,
                  .refresh_seconds = config.accounting.averaging_period.count(),
                  .at = end,
                  .rows = {}};
  for (const SubnetRow& row : snapshot.subnets) {
    if (!IsShown(row)) continue;
    std::string label =
        NetworkLabel(row.prefix, "", config.accounting.aggregate_ipv4);
    if (snapshot.captures.size() > 1) {
      label += " on " + snapshot.captures[row.capture].status.interface;
    }
    page.rows.push_back({std::move(label), row.bandwidth});
  }
  return page;
}

}  // namespace ipband
