// SPDX-License-Identifier: Apache-2.0
#include "exporter/start_checks.h"

#include <string>

#include "collectors/capture/default_route.h"
#include "collectors/decode/link_layer.h"
#include "exporter/error.h"

namespace ipband {
namespace {

std::string NamesOf(const std::vector<Interface>& interfaces) {
  std::string names;
  for (const Interface& interface : interfaces) names += " " + interface.name;
  return names.empty() ? " none" : names;
}

}  // namespace

void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility) {
  if (opened.wanted == 0) {
    const char* why = DefaultRouteInterface()
                          ? "no interface fits"
                          : "no interface fits, and there is no default route";
    throw Error(std::string("there is nothing to capture: ") + why +
                "; name one of:" + NamesOf(ListInterfaces()));
  }
  for (const LiveLoop::Opened::Failure& failure : opened.failures) {
    const std::string why = failure.interface + ": " + failure.detail;
    switch (failure.failure) {
      case OpenFailure::kPermission:
        throw Error("not allowed to capture on " + why +
                    "; run as root, or grant the capability: setcap "
                    "cap_net_raw+p ipband_exporter");
      case OpenFailure::kFilter:
        throw Error("the filter is not valid on " + why, kExitUsage);
      default:
        if (compatibility) throw Error("cannot capture on " + why);
    }
  }
}

void CheckLengthAdjustment(const LiveLoop::Opened& opened,
                           const AccountingOptions& accounting) {
  for (const auto& [interface, link_type] : opened.captures) {
    const auto header = static_cast<int64_t>(LinkHeaderLength(link_type));
    if (accounting.length_adjustment >= -header) continue;
    throw Error("the length adjustment of " +
                std::to_string(accounting.length_adjustment) +
                " takes off more than the link header of " + interface +
                ", which has " + std::to_string(header) + " bytes");
  }
}

}  // namespace ipband
