// SPDX-License-Identifier: Apache-2.0
//
// How long a request waits for the accounting thread's tables, and what it is
// told when that has been too long. Any thread.
#pragma once

#include <chrono>

#include "exporter/web/http_message.h"

namespace ipband {

inline constexpr std::chrono::seconds kPatienceForTables{5};
inline constexpr char kTablesBusy[] =
    "the tables did not answer in time; try again";

inline HttpResponse TablesBusy() { return TextResponse(503, kTablesBusy); }

}  // namespace ipband
