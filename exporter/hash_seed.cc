// SPDX-License-Identifier: Apache-2.0
#include "exporter/hash_seed.h"

#include <sys/random.h>

#include "exporter/error.h"

namespace ipband {

uint64_t HashSeed(bool fixed) {
  uint64_t seed = 0x243f6a8885a308d3;
  if (fixed) return seed;
  if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) {
    throw Error("the system gives no random numbers");
  }
  return seed;
}

}  // namespace ipband
