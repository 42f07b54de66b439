// SPDX-License-Identifier: Apache-2.0
//
// Names become label values, and one byte that is not UTF-8 makes Prometheus
// refuse the whole scrape. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ipband {

// The length of the character at the beginning of the text, 0 if there is
// none.
size_t Utf8CharacterLength(std::string_view text);

// The length of the longest beginning of the text that is UTF-8 (RFC 3629: no
// overlong forms, no surrogates).
size_t Utf8Length(std::string_view text);

// The text with each byte that is not UTF-8 as \xNN: names of interfaces and
// files may hold any.
std::string EscapeInvalidUtf8(std::string_view text);

}  // namespace ipband
