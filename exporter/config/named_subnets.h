// SPDX-License-Identifier: Apache-2.0
//
// Named subnets must not overlap: an address belongs to one of them at most.
// Used while a file is being loaded.
#pragma once

#include <string>
#include <vector>

#include "collectors/net/prefix.h"

namespace ipband {

struct NamedNetwork {
  Prefix network;
  int line = 0;
  std::string place;  // "FILE:LINE" or "FILE:LINE:COL"
};

// Throws Error at the later line of the first two that overlap.
void RefuseOverlap(std::vector<NamedNetwork> networks);

}  // namespace ipband
