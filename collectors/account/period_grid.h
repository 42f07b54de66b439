// SPDX-License-Identifier: Apache-2.0
//
// The averaging periods of one capture: without gaps, from the second of the
// first frame counted, and of equal length as long as nobody sets another one.
// A pure value; seconds come from frames or are handed in.
#pragma once

#include <cstdint>
#include <optional>

namespace ipband {

class PeriodGrid {
 public:
  explicit PeriodGrid(int64_t period) : period_(period), length_(period) {}

  struct Closing {
    int64_t end = 0;     // of the period that was open
    int64_t length = 0;  // of that period
    int64_t idle = 0;    // periods after it that are over as well
  };

  bool open() const { return open_; }
  // Of the open period. REQUIRES: open().
  int64_t start() const { return start_; }
  int64_t end() const { return start_ + length_; }
  // The last period end that has passed, if any has.
  std::optional<int64_t> last_end() const { return last_end_; }

  // `second`: start of the open period.
  void Open(int64_t second) {
    open_ = true;
    start_ = second;
    length_ = period_;
  }

  // The length of those to come. The open one ends when it would have ended:
  // what it has counted belongs to its own length.
  void SetPeriod(int64_t period) { period_ = period; }

  // The periods that are over once `second` has come; the one that holds it
  // is then the open one.
  std::optional<Closing> Reach(int64_t second) {
    if (!open_ || second < end()) return std::nullopt;
    const Closing closing{end(), length_, (second - end()) / period_};
    start_ = closing.end + closing.idle * period_;
    length_ = period_;
    last_end_ = start_;
    return closing;
  }

  // The clock was set: the periods move with it.
  void Shift(int64_t seconds) {
    start_ += seconds;
    if (last_end_) *last_end_ += seconds;
  }

 private:
  int64_t period_;
  int64_t length_;  // of the open period
  int64_t start_ = 0;
  bool open_ = false;
  std::optional<int64_t> last_end_;
};

}  // namespace ipband
