// SPDX-License-Identifier: Apache-2.0
//
// Memory that is written as a whole, or looked into all over, is best on huge
// pages: fewer are handed out by the kernel, fewer addresses are translated.
#pragma once

#include <cstddef>

namespace ipband {

inline constexpr size_t kHugePage = size_t{2} << 20;  // bytes

// Asks for them, for memory in which nothing was written yet, as far as whole
// ones lie in it. Where there are none, nothing changes.
void AskForHugePages(void* begin, size_t bytes) noexcept;

}  // namespace ipband
