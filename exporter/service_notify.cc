// SPDX-License-Identifier: Apache-2.0
#include "exporter/service_notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace ipband {
namespace {

// "" if there is none.
std::string TakeVariable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

// 0 if it is no number.
int64_t NumberIn(const std::string& text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end && number > 0 ? number : 0;
}

// A file, or behind @ a name of Linux' abstract sockets.
Descriptor Connect(std::string name) {
  sockaddr_un address{};
  if (name.empty() || (name[0] != '/' && name[0] != '@') ||
      name.size() >= sizeof(address.sun_path)) {
    return {};
  }
  if (name[0] == '@') name[0] = '\0';
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  const size_t size = offsetof(sockaddr_un, sun_path) + name.size();
  Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid() ||
      connect(socket.value(), reinterpret_cast<const sockaddr*>(&address),
              static_cast<socklen_t>(size)) != 0) {
    return {};
  }
  return socket;
}

}  // namespace

ServiceNotify::ServiceNotify()
    : socket_(Connect(TakeVariable("NOTIFY_SOCKET"))) {
  const std::chrono::microseconds patience(
      NumberIn(TakeVariable("WATCHDOG_USEC")));
  const std::string watched = TakeVariable("WATCHDOG_PID");
  if (watched.empty() || NumberIn(watched) == getpid())
    interval_ = patience / 3;
}

// The time is for Type=notify-reload, which newer managers have.
void ServiceNotify::Reloading(std::chrono::nanoseconds steady) const {
  const auto now = std::chrono::floor<std::chrono::microseconds>(steady);
  Send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void ServiceNotify::Turned(std::chrono::nanoseconds steady) {
  if (interval_.count() == 0 || steady < next_) return;
  next_ = steady + interval_;
  Send("WATCHDOG=1");
}

void ServiceNotify::Send(std::string_view state) const {
  if (!socket_.valid()) return;
  send(socket_.value(), state.data(), state.size(),
       MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace ipband
