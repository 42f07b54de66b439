// SPDX-License-Identifier: Apache-2.0
//
// Lines of samples, `LABELS VALUE TIME`, brought from the order of time to that
// of series: those with the same labels stand together, in the order they had.
// An external merge sort: memory is bounded whatever the size of the file. One
// thread.
#pragma once

#include <cstddef>
#include <cstdio>
#include <functional>
#include <string_view>

#include "exporter/control/temp_file.h"

namespace ipband {

// How much is sorted at a time; about twice that is needed.
inline constexpr size_t kSortedAtOnce = 16 << 20;

// `lines` is read from its beginning; each line ends with a newline. Throws
// Error, and what `sink` throws.
void GroupLines(std::FILE* lines, const std::filesystem::path& scratch,
                const std::function<void(std::string_view line)>& sink,
                size_t at_once = kSortedAtOnce);

}  // namespace ipband
