// SPDX-License-Identifier: Apache-2.0
#include "exporter/filters.h"

#include <optional>
#include <string>

#include "collectors/capture/pcap_handle.h"
#include "exporter/error.h"

namespace ipband {
namespace {

void CheckFilter(const std::string& whose, const std::string& filter) {
  const std::optional<std::string> error = FilterError(filter);
  if (!error) return;
  throw UsageError("the filter" + whose + " \"" + filter + "\" is not valid: " +
                   *error + "; pcap-filter(7) says what is");
}

}  // namespace

void CheckFilters(const Options& options) {
  for (const InterfaceOptions& interface : options.config.capture.interfaces) {
    CheckFilter(interface.name.empty() ? "" : " of " + interface.name,
                interface.filter);
  }
  CheckFilter("", options.capture_file_filter);
}

}  // namespace ipband
