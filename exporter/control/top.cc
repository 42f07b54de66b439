// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/top.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <thread>

#include "exporter/control/http_get.h"
#include "exporter/control/print.h"
#include "exporter/control/terminal.h"
#include "exporter/control/top_asking.h"
#include "exporter/control/top_page.h"
#include "exporter/control/top_source.h"
#include "exporter/descriptor.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

constexpr std::chrono::seconds kPeriod{1};

void CheckTogether(const TopOptions& options) {
  if (options.rows < 1) throw UsageError("-n is at least 1");
  const bool of_subnets = !options.subnet.empty() || !options.interface.empty();
  if (of_subnets && ShowsMeters(options)) {
    throw UsageError(
        "--subnet and --interface do not go with --meter and --address");
  }
}

// --- Once ---

TopView AskOnce(const TopOptions& options) {
  TopSource source(options);
  TopView view = source.Ask({});
  if (!options.subnet.empty()) {
    std::this_thread::sleep_for(kPeriod);
    view = source.Ask({});
  }
  return view;
}

int PrintOnce(const TopOptions& options) {
  std::string tables;
  try {
    tables = DrawTables(options, AskOnce(options), {});
  } catch (const Error& error) {
    throw Error(OneLine(WithoutPassword(options.url)) + ": " +
                OneLine(error.what()));
  }
  Print(tables);
  return 0;
}

// --- The screen ---

// As a descriptor: a signal comes between two steps, not within one.
Descriptor TakeSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH}) {
    sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Descriptor descriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor.valid()) throw Error("cannot wait for signals");
  return descriptor;
}

// False if the program is to end.
bool Obey(int signals, Terminal& terminal) {
  signalfd_siginfo info{};
  while (read(signals, &info, sizeof(info)) == sizeof(info)) {
    if (info.ssi_signo == SIGTSTP) {
      terminal.Suspend();
    } else if (info.ssi_signo != SIGWINCH) {
      return false;
    }
  }
  return true;
}

bool WantsColours() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

int64_t Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(now).count();
}

bool DrawScreen(const TopOptions& options, const TopAsking::State& state,
                const Terminal& terminal) {
  const Terminal::Size size = terminal.size();
  TextSpace space{size.width, size.height, WantsColours()};
  std::string page = DrawHead(options, state.view.value_or(TopView()),
                              state.error, Now(), space);
  if (state.view && size.height > kHeadLines) {
    space.height -= kHeadLines;
    page += DrawTables(options, *state.view, space);
  }
  return terminal.Draw(page);
}

int RunScreen(const TopOptions& options) {
  const Descriptor signals = TakeSignals();
  TopAsking asking(options);
  // After the thread: the terminal is given back before it is waited for.
  Terminal terminal;
  TopAsking::State state;
  while (true) {
    pollfd ready[] = {{signals.value(), POLLIN, 0},
                      {asking.descriptor(), POLLIN, 0},
                      {terminal.keys(), POLLIN, 0}};
    poll(ready, std::size(ready),
         static_cast<int>(std::chrono::milliseconds(kPeriod).count()));
    if (ready[0].revents != 0 && !Obey(signals.value(), terminal)) return 0;
    if (ready[1].revents != 0) state = asking.Latest();
    if (ready[2].revents != 0 && terminal.Key() == 'q') return 0;
    if (!DrawScreen(options, state, terminal)) {
      throw Error("cannot write to the terminal");
    }
  }
}

}  // namespace

int RunTop(const TopOptions& options) {
  CheckTogether(options);
  return options.once ? PrintOnce(options) : RunScreen(options);
}

}  // namespace ipband
