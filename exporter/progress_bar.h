// SPDX-License-Identifier: Apache-2.0
//
// Shows on a terminal how far the reading of capture files has come. Nothing
// is shown where standard error is no terminal. One thread.
#pragma once

#include <chrono>

#include "collectors/account/replay.h"

namespace ipband {

class ProgressBar {
 public:
  ProgressBar();
  // Wipes the bar.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Draws at most ten times a second.
  void Show(const ReplayProgress& progress,
            std::chrono::steady_clock::time_point now);

 private:
  const bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace ipband
