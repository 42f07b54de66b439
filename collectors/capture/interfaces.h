// SPDX-License-Identifier: Apache-2.0
//
// What interfaces the machine has, and which of them the configuration means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/capture/capture_options.h"
#include "collectors/net/prefix.h"

namespace ipband {

struct Interface {
  std::string name;
  uint32_t index = 0;  // another one if it was made again
  bool up = false;
  uint32_t mtu = 0;              // bytes; 0 if unknown
  std::vector<Prefix> networks;  // of its own addresses
};

// Asks the kernel. Empty if it does not answer.
std::vector<Interface> ListInterfaces();

// The one of this name, or of this alternative name (ip-link(8)); nullptr if
// there is none.
const Interface* FindInterface(const std::vector<Interface>& present,
                               const std::string& name);

// One interface that the configuration asks for.
struct WantedInterface {
  std::string name;
  std::string filter;
  bool by_glob = false;  // wanted only while it is there and up
};

// In the order of the options; each interface once, by the first option that
// means it. Pure.
std::vector<WantedInterface> SelectInterfaces(
    const std::vector<InterfaceOptions>& options,
    const std::vector<Interface>& present,
    const std::optional<std::string>& default_route);

// Whether an interface's name in the options may stand for several.
bool MayMeanSeveral(const std::string& name);

}  // namespace ipband
