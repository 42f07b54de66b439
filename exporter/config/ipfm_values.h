// SPDX-License-Identifier: Apache-2.0
//
// Values of an ipfm.conf that take several words, or need quotes. Mistakes are
// IpfmMistakes. Used while a file is being loaded.
#pragma once

#include <string>
#include <string_view>

#include "collectors/meter_options.h"
#include "exporter/config/ipfm_lines.h"

namespace ipband {

// What stands behind EVERY: "1 hour 30 minutes AFTER 5 minutes". `what` is
// said to be wrong if a time is.
MeterGrid ReadEvery(IpfmReader& reader, const std::string& what);

// A string, or a word that is no keyword and has none of the characters
// `quoted`.
std::string ReadName(IpfmReader& reader, std::string_view quoted,
                     const std::string& allowed);

}  // namespace ipband
