// SPDX-License-Identifier: Apache-2.0
//
// Owns one file descriptor and closes it. What close says is not looked at:
// nothing here promises that a file has reached the disk. Not shared between
// threads.
#pragma once

#include <unistd.h>

#include <utility>

namespace ipband {

class Descriptor {
 public:
  Descriptor() = default;
  // Takes what open(2) returned, also -1.
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept
      : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { Close(); }

  int value() const { return value_; }
  bool valid() const { return value_ >= 0; }
  void Close() {
    if (valid()) close(std::exchange(value_, -1));
  }

 private:
  int value_ = -1;
};

}  // namespace ipband
