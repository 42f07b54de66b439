// SPDX-License-Identifier: Apache-2.0
//
// What single values may be, the same for every file and the command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "exporter/config/units.h"

namespace ipband {

inline constexpr Range<int64_t> kSnaplenRange{64, 262144};
// libpcap takes the size as an int.
inline constexpr Range<uint64_t> kBufferRange{uint64_t{1} << 20,
                                              uint64_t{2047} << 20};

inline constexpr Range<int64_t> kIpv4BitsRange{0, 32};
inline constexpr Range<int64_t> kIpv6BitsRange{0, 128};
// Whether a negative one is larger than the link header is seen when the link
// type is known. ipband: there was no upper limit but that of an int.
inline constexpr Range<int64_t> kLengthAdjustmentRange{-65535, INT32_MAX};
inline constexpr Range<int64_t> kMaxSubnetsRange{1, 1'000'000};
inline constexpr Range<int64_t> kMaxHostsRange{1, 10'000'000};
inline constexpr Range<int64_t> kMaxConnectionsRange{1, 1'000'000};
inline constexpr Range<std::chrono::seconds> kIdleTimeoutRange{
    std::chrono::seconds(1), std::chrono::days(3650)};

inline constexpr Range<std::chrono::seconds> kAveragingPeriodRange{
    std::chrono::seconds(1), std::chrono::days(30)};
inline constexpr Range<std::chrono::seconds> kReportPeriodRange{
    std::chrono::seconds(1), std::chrono::days(365)};
inline constexpr Range<std::chrono::seconds> kClearAfterRange{
    std::chrono::seconds(0), std::chrono::days(365)};

// ipfm: no upper limit but that of an int. A hundred years fit everywhere.
inline constexpr Range<std::chrono::seconds> kMeterPeriodRange{
    std::chrono::seconds(1), std::chrono::days(36500)};
inline constexpr Range<std::chrono::seconds> kMeterDelayRange{
    std::chrono::seconds(0), std::chrono::days(36500)};
inline constexpr Range<int64_t> kMeterHostsRange{1, 10'000'000};
inline constexpr Range<int64_t> kMeterSeriesRange{0, 1'000'000};
inline constexpr size_t kMostMeters = 64;

inline constexpr Range<int64_t> kTopRange{0, INT32_MAX};
inline constexpr Range<std::chrono::seconds> kKeepAgeRange{
    std::chrono::minutes(1), std::chrono::days(3650)};
inline constexpr Range<uint64_t> kKeepBytesRange{uint64_t{64} << 10,
                                                 uint64_t{1} << 40};
// Of one attempt to hand a report on.
inline constexpr Range<std::chrono::seconds> kTimeoutRange{
    std::chrono::seconds(1), std::chrono::minutes(10)};
inline constexpr Range<std::chrono::seconds> kMailRepeatRange{
    std::chrono::seconds(0), std::chrono::days(365)};
inline constexpr Range<int64_t> kMaxRequestsRange{0, 1'000'000};
inline constexpr Range<std::chrono::seconds> kCheckpointRange{
    std::chrono::seconds(1), std::chrono::hours(1)};

}  // namespace ipband
