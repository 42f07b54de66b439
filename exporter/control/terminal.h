// SPDX-License-Identifier: Apache-2.0
//
// The terminal as a screen to draw on: its second page, no cursor, keys
// without Enter. All of it is given back when this ends, however it does.
// One thread.
#pragma once

#include <termios.h>

#include <cstddef>
#include <string>

namespace ipband {

class Terminal {
 public:
  // Throws Error if standard output is none, or one without a screen.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  struct Size {
    size_t width = 80;
    size_t height = 24;
  };
  Size size() const;

  // Lines with an end each, which are not to be longer than the screen is
  // wide. False if the terminal is gone.
  bool Draw(const std::string& lines) const;

  // The descriptor to wait for keys on, -1 if there are none.
  int keys() const { return keys_; }
  // The next key; 0 if there is none at the moment.
  char Key();

  // Stops the program as the shell's Ctrl-Z does, the terminal as it was.
  void Suspend();

 private:
  void Take();
  void GiveBack();

  int keys_ = -1;
  termios before_{};
};

}  // namespace ipband
