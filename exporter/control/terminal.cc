// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "exporter/error.h"

namespace ipband {
namespace {

// Lines end at the margin: a character that this terminal takes for wider than
// we do does not push the others down.
constexpr std::string_view kTake = "\033[?1049h\033[?25l\033[?7l";
constexpr std::string_view kGiveBack = "\033[?7h\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H";
constexpr std::string_view kClearLine = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

bool WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      pollfd output = {STDOUT_FILENO, POLLOUT, 0};
      poll(&output, 1, -1);
    } else if (written < 0 && errno != EINTR) {
      return false;
    } else if (written > 0) {
      text.remove_prefix(static_cast<size_t>(written));
    }
  }
  return true;
}

}  // namespace

Terminal::Terminal() {
  if (isatty(STDOUT_FILENO) != 1) {
    throw Error("standard output is no terminal; --once prints one table");
  }
  const char* const kind = std::getenv("TERM");
  if (kind != nullptr && std::string_view(kind) == "dumb") {
    throw Error("a dumb terminal is no screen; --once prints one table");
  }
  if (isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before_) == 0) {
    keys_ = STDIN_FILENO;
  }
  Take();
}

Terminal::~Terminal() { GiveBack(); }

void Terminal::Take() {
  if (keys_ >= 0) {
    termios mode = before_;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    mode.c_cc[VMIN] = 0;
    mode.c_cc[VTIME] = 0;
    tcsetattr(keys_, TCSADRAIN, &mode);
  }
  WriteAll(kTake);
}

void Terminal::GiveBack() {
  WriteAll(kGiveBack);
  // What was typed meanwhile was not meant for the shell.
  if (keys_ >= 0) tcsetattr(keys_, TCSAFLUSH, &before_);
}

Terminal::Size Terminal::size() const {
  winsize window{};
  Size size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col > 0) size.width = window.ws_col;
  if (window.ws_row > 0) size.height = window.ws_row;
  return size;
}

bool Terminal::Draw(const std::string& lines) const {
  std::string screen(kHome);
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    // Before the line: behind one that ends at the margin, the cursor is still
    // on its last character.
    screen.append(rest.empty() ? kClearBelow : kClearLine).append(line);
    // The last line has no end: the screen would move up.
    if (!rest.empty()) screen += "\n";
  }
  screen += kHome;
  return WriteAll(screen);
}

char Terminal::Key() {
  char key = 0;
  const ssize_t got = read(keys_, &key, 1);
  if (got == 1) return key;
  // Nobody is there to press one any more; else poll would not wait.
  pollfd input = {keys_, POLLIN, 0};
  poll(&input, 1, 0);
  if ((input.revents & ~POLLIN) != 0) keys_ = -1;
  return 0;
}

void Terminal::Suspend() {
  GiveBack();
  std::raise(SIGSTOP);
  Take();
}

}  // namespace ipband
