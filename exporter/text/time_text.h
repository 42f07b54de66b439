// SPDX-License-Identifier: Apache-2.0
//
// Seconds since the epoch as text and back. Reads no clock; local time is the
// process's (TZ). Times beyond the years 1970 to 9999 are written as the
// nearest that is within: they can only come from a broken file. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipband {

// "Sat Nov 21 20:29:15 2026", in local time and without ctime's newline.
std::string LocalTimeText(int64_t seconds);

// "20261121T202915Z"
std::string CompactUtc(int64_t seconds);

// "2026-11-21T20:29:15Z"
std::string Rfc3339Utc(int64_t seconds);

// "Sat, 21 Nov 2026 20:29:15", in UTC. Mail and HTTP name the zone in ways of
// their own, which the caller adds.
std::string InternetDate(int64_t seconds);

// RFC 3339 with any offset; a fraction is dropped.
std::optional<int64_t> ParseRfc3339(std::string_view text);

// Reads exactly what Rfc3339Utc writes.
std::optional<int64_t> ParseRfc3339Utc(std::string_view text);

}  // namespace ipband
