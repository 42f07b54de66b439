// SPDX-License-Identifier: Apache-2.0
#include "exporter/filters.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/capture/pcap_handle.h"
#include "exporter/config/wording.h"
#include "exporter/error.h"

namespace ipband {

void CheckFilters(const Options& options) {
  std::set<std::string_view> good;
  for (const PlacedFilter& filter : options.filters) {
    if (!good.insert(filter.text).second) continue;
    const std::optional<std::string> error = FilterError(filter.text);
    if (!error) continue;
    const std::string sentence =
        filter.key + ": " + Quote(filter.text) + " is no filter: " + *error +
        "; allowed: what pcap-filter(7) says, like \"not host 10.0.0.9\"";
    if (filter.place.empty()) throw UsageError(sentence);
    throw FileError(filter.place, sentence);
  }
}

}  // namespace ipband
