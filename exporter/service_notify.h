// SPDX-License-Identifier: Apache-2.0
//
// Tells the service manager how the program is doing, by the protocol of
// sd_notify(3): datagrams to the socket that $NOTIFY_SOCKET names. Started by
// anything else it says nothing. Never waits, never fails: a manager that does
// not listen is no reason to stop counting.
#pragma once

#include <chrono>
#include <string_view>

#include "exporter/descriptor.h"

namespace ipband {

class ServiceNotify {
 public:
  // Main, before other threads: takes $NOTIFY_SOCKET, $WATCHDOG_USEC and
  // $WATCHDOG_PID out of the environment, so that no program we start speaks
  // for us.
  ServiceNotify();

  // Main: whether a manager listens. What it waits for has to come from the
  // process that it started.
  bool IsHeard() const { return socket_.valid(); }
  void Ready() const { Send("READY=1"); }
  void Reloading(std::chrono::nanoseconds steady) const;
  // The watchdog's time starts again: what is due may take a while.
  void Stopping() const { Send("STOPPING=1\nWATCHDOG=1"); }

  // The accounting thread, and no other, at every turn: a third of the
  // watchdog's time is the longest it stays silent, so the service is started
  // again when that thread hangs, whatever the web server says.
  void Turned(std::chrono::nanoseconds steady);

 private:
  void Send(std::string_view state) const;

  Descriptor socket_;
  std::chrono::nanoseconds interval_{0};  // 0: there is no watchdog
  std::chrono::nanoseconds next_{0};
};

}  // namespace ipband
