// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/repeat_filter.h"

namespace ipband {

RepeatFilter::RepeatFilter(std::chrono::seconds repeat) : repeat_(repeat) {}

bool RepeatFilter::Due(const Document& document) {
  const int64_t repeat = repeat_.count();
  // Both sides: a clock that was put back must not silence an episode.
  std::erase_if(last_, [&](const auto& entry) {
    const int64_t age = document.at - entry.second;
    return age >= repeat || age <= -repeat;
  });
  return last_.emplace(document.episode, document.at).second;
}

}  // namespace ipband
