// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/named_subnets.h"

#include <algorithm>

#include "exporter/error.h"

namespace ipband {
namespace {

[[noreturn]] void Refuse(const NamedNetwork& earlier,
                         const NamedNetwork& later) {
  const std::string relation =
      earlier.network == later.network
          ? " is named in line "
          : " overlaps " + ToString(earlier.network) + " in line ";
  throw FileError(later.place,
                  "subnet " + ToString(later.network) + relation +
                      std::to_string(earlier.line) +
                      (earlier.network == later.network ? " already" : "") +
                      "; allowed: subnets that do not overlap");
}

}  // namespace

void RefuseOverlap(std::vector<NamedNetwork> networks) {
  // Of two networks that overlap one holds the other; in this order a network
  // follows the widest that holds it before any that does not.
  std::stable_sort(networks.begin(), networks.end(),
                   [](const NamedNetwork& a, const NamedNetwork& b) {
                     return a.network < b.network;
                   });
  for (size_t i = 1; i < networks.size(); ++i) {
    const NamedNetwork& before = networks[i - 1];
    const NamedNetwork& after = networks[i];
    if (!before.network.Contains(after.network.network)) continue;
    if (after.line < before.line) Refuse(after, before);
    Refuse(before, after);
  }
}

}  // namespace ipband
