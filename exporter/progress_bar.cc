// SPDX-License-Identifier: Apache-2.0
#include "exporter/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace ipband {
namespace {

constexpr size_t kWidth = 30;

std::string Bar(uint64_t read, uint64_t total) {
  const size_t filled = static_cast<size_t>(
      std::min<uint64_t>(kWidth, total == 0 ? 0 : read * kWidth / total));
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') +
         "]";
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::Show(const ReplayProgress& progress,
                       std::chrono::steady_clock::time_point now) {
  if (!terminal_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  drawn_ = true;
  std::string line = "\r\033[K";
  if (progress.bytes_total > 0) {
    line += Bar(progress.bytes_read, progress.bytes_total) + " ";
  }
  line += std::to_string(progress.frames) + " frames  " + progress.file;
  std::fputs(line.c_str(), stderr);
}

}  // namespace ipband
