// SPDX-License-Identifier: Apache-2.0
#include "exporter/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "exporter/error.h"

namespace ipband {
namespace {

// SIGHUP and SIGUSR1 never end the program, however late they come.
sigset_t AllSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

int BlockSignals() {
  const sigset_t signals = AllSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) throw Error("cannot wait for signals");
  return descriptor;
}

std::optional<Signal> TakeSignal(int signals) {
  signalfd_siginfo info{};
  if (read(signals, &info, sizeof(info)) != sizeof(info)) return std::nullopt;
  if (info.ssi_signo == SIGHUP) return Signal::kReload;
  if (info.ssi_signo == SIGUSR1) return Signal::kDump;
  return Signal::kEnd;
}

void EndOnNextSignal(int signals) {
  // Those so far are the first: timeout(1), for one, sends it twice.
  while (TakeSignal(signals)) {
  }
  const sigset_t ours = EndSignals();
  pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

}  // namespace ipband
