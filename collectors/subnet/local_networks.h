// SPDX-License-Identifier: Apache-2.0
//
// Turns the `local` setting into ranges of whole subnets: a subnet is local
// when its network overlaps a local range. Pure.
#pragma once

#include <vector>

#include "collectors/accounting_options.h"
#include "collectors/net/range_table.h"

namespace ipband {

// `own`: the networks of the interface, used where local is `auto`.
std::vector<AddressRange> LocalRanges(const LocalOptions& options,
                                      const std::vector<Prefix>& own);

// The ranges, widened to whole subnets of the aggregate lengths, for look-up
// (every value is 0).
RangeTable LocalSubnets(const AccountingOptions& options,
                        const std::vector<Prefix>& own);

bool Overlaps(const std::vector<AddressRange>& ranges, const Prefix& prefix);

}  // namespace ipband
