// SPDX-License-Identifier: Apache-2.0
#include "collectors/host/huge_pages.h"

#include <sys/mman.h>

#include <memory>

namespace ipband {

void AskForHugePages(void* begin, size_t bytes) noexcept {
  if (std::align(kHugePage, kHugePage, begin, bytes) == nullptr) return;
  madvise(begin, bytes, MADV_HUGEPAGE);
}

}  // namespace ipband
