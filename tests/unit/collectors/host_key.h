// SPDX-License-Identifier: Apache-2.0
//
// Keys of hosts by number, for tests of tables.
#pragma once

#include <cstdint>

#include "collectors/net/key.h"

namespace ipband {

inline Key HostKey(uint32_t number, CaptureId capture = 0) {
  return {Address::V4(number), capture};
}

}  // namespace ipband
