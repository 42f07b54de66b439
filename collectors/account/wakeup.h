// SPDX-License-Identifier: Apache-2.0
//
// Interrupts a thread that waits in poll. Signal may be called from any
// thread and from a signal handler.
#pragma once

namespace ipband {

class Wakeup {
 public:
  Wakeup();  // throws std::system_error
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  int descriptor() const { return descriptor_; }
  void Signal() const noexcept;
  void Clear() const noexcept;

 private:
  int descriptor_;
};

}  // namespace ipband
