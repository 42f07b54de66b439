// SPDX-License-Identifier: Apache-2.0
//
// What a page may do in a browser, as its Content-Security-Policy header:
// styles within it, and nothing else. A page that refreshes itself may run its
// script, known by its digest, and ask for itself again. Any thread.
#pragma once

#include <string>

namespace ipband {

std::string ContentPolicy(bool refreshes);

}  // namespace ipband
