// SPDX-License-Identifier: Apache-2.0
#include "collectors/account/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace ipband {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

Wakeup::~Wakeup() { close(descriptor_); }

void Wakeup::Signal() const noexcept {
  const uint64_t one = 1;
  // Fails only if the counter is full, when the thread is being woken anyway.
  [[maybe_unused]] const ssize_t written =
      write(descriptor_, &one, sizeof(one));
}

void Wakeup::Clear() const noexcept {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(descriptor_, &count, sizeof(count));
}

}  // namespace ipband
