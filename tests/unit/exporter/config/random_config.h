// SPDX-License-Identifier: Apache-2.0
//
// Configurations of every shape that a file can have, for tests that turn them
// into something and back.
#pragma once

#include <random>

#include "exporter/config/config.h"

namespace ipband {

// Every value is one that the loaders let pass.
Config RandomConfig(std::mt19937_64& random);

}  // namespace ipband
