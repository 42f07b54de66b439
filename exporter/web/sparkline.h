// SPDX-License-Identifier: Apache-2.0
//
// A small line of bandwidths over time as SVG, to stand in a page. Pure
// function; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ipband {

// Bytes per second, oldest first; the newest is at the right edge, and there
// is room for 60. With a threshold the height reaches up to it at least, and
// it is drawn as a line of dashes. Whoever does not see it is told in words.
// Empty without values.
std::string Sparkline(const std::vector<float>& values,
                      std::optional<double> threshold);

}  // namespace ipband
