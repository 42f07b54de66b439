// SPDX-License-Identifier: Apache-2.0
#include "exporter/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "exporter/error.h"

namespace ipband {
namespace {

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

int BlockSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) throw Error("cannot wait for signals");
  return descriptor;
}

bool SignalCame(int signals) {
  signalfd_siginfo info{};
  return read(signals, &info, sizeof(info)) == sizeof(info);
}

void EndOnNextSignal(int signals) {
  // Those so far are the first: timeout(1), for one, sends it twice.
  while (SignalCame(signals)) {
  }
  const sigset_t ours = EndSignals();
  pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

}  // namespace ipband
