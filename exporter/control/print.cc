// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/print.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "exporter/error.h"

namespace ipband {

void Print(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  // A full disk is often seen only here.
  if (!written || std::fflush(stdout) != 0) {
    throw Error("cannot write to standard output: " +
                std::string(std::strerror(errno)));
  }
}

}  // namespace ipband
