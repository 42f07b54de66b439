// SPDX-License-Identifier: Apache-2.0
//
// alerts/ipband.rules.yml as it was when this program was built, byte by byte,
// so that a machine with nothing but the program has the rules that fit it.
// Written by shipped_rules.cmake. Any thread.
#pragma once

#include <string_view>

namespace ipband {

extern const std::string_view kShippedRules;

}  // namespace ipband
