// SPDX-License-Identifier: Apache-2.0
//
// Names become label values, and one byte that is not UTF-8 makes Prometheus
// refuse the whole scrape. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace ipband {

// The length of the longest beginning of the text that is UTF-8 (RFC 3629: no
// overlong forms, no surrogates).
size_t Utf8Length(std::string_view text);

}  // namespace ipband
