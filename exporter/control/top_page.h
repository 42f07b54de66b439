// SPDX-License-Identifier: Apache-2.0
//
// What `ipbandctl top` shows, as text. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "exporter/control/answers.h"
#include "exporter/control/top.h"
#include "exporter/text/text_table.h"

namespace ipband {

// The tables that the options ask for, the busiest first, in lines with an end
// each: at most `options.rows` rows of each table, and as many as there is
// room for.
std::string DrawTables(const TopOptions& options, const TopView& view,
                       const TextSpace& space);

// What stands over the tables on a screen. `error`: why there is no newer
// view; empty: there is. `now`: seconds since the epoch.
std::string DrawHead(const TopOptions& options, const TopView& view,
                     const std::string& error, int64_t now,
                     const TextSpace& space);

// Lines of the head.
inline constexpr size_t kHeadLines = 3;

}  // namespace ipband
