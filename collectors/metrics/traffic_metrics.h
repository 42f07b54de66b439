// SPDX-License-Identifier: Apache-2.0
//
// The families with one series per subnet or host, written straight from a
// snapshot. Runs on the thread of the scrape.
#pragma once

#include <functional>
#include <string>

#include "collectors/account/snapshot.h"
#include "collectors/metrics/text_writer.h"

namespace ipband {

// What people call a subnet.
using SubnetNamer = std::function<std::string(const SubnetRow&)>;

void WriteSubnetMetrics(const Snapshot& snapshot, const SubnetNamer& name_of,
                        TextWriter& out);
void WriteHostMetrics(const Snapshot& snapshot, TextWriter& out);

// The most samples that the two can write for these captures.
uint64_t TrafficSeriesLimit(const AccountingOptions& options, size_t captures);

}  // namespace ipband
