// SPDX-License-Identifier: Apache-2.0
//
// Numbers with units, as they stand in the configuration and on the command
// line. Pure functions that depend on no locale; they throw BadValue
// ("what is wrong; what is allowed"). Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipband {

// Both ends are allowed.
template <class T>
struct Range {
  T min;
  T max;
};

// "-14"
int64_t ParseInteger(std::string_view text, Range<int64_t> allowed);

// "60s", "5m", "24h", "1d" and sums of them, largest unit first ("1h30m"). A
// number without unit is refused, except 0.
std::chrono::seconds ParseDuration(std::string_view text,
                                   Range<std::chrono::seconds> allowed);

// Whole bytes: "192", "64kB" (1000 bytes each), "32MiB" (1024 x 1024).
uint64_t ParseSize(std::string_view text, Range<uint64_t> allowed);

// Bytes per second: "56kbit/s", "7KiB/s", "1.5MB/s"; a bare number is ipband's
// kBps, 1024 bytes per second. "none" is no value.
std::optional<double> ParseBandwidth(std::string_view text);

// "100%" is 1.0; more than 0 and at most 1.
double ParseShare(std::string_view text);

// "1h30m", "0s"
std::string FormatDuration(std::chrono::seconds duration);

// "32MiB", "192"
std::string FormatSize(uint64_t bytes);

// "10Mbit/s", "7KiB/s": with the fewest digits that are read as exactly this
// number. Nothing and infinity are "none".
std::string FormatBandwidth(std::optional<double> bytes_per_second);

// "80%". Any result of ParseShare is read again as exactly this number.
std::string FormatShare(double share);

}  // namespace ipband
