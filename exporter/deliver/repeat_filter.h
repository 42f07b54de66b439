// SPDX-License-Identifier: Apache-2.0
//
// Which reports are mailed: the first of an episode, and then one per
// `repeat`. Times are those of the reports. Asked by one thread before it
// submits; remembers an episode no longer than `repeat`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "exporter/deliver/document.h"

namespace ipband {

class RepeatFilter {
 public:
  explicit RepeatFilter(std::chrono::seconds repeat);  // 0: every report

  void SetRepeat(std::chrono::seconds repeat) { repeat_ = repeat; }

  // If it says yes, the next of this episode is due `repeat` later.
  bool Due(const Document& document);

 private:
  std::chrono::seconds repeat_;
  std::map<std::string, int64_t> last_;  // by episode
};

}  // namespace ipband
