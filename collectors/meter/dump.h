// SPDX-License-Identifier: Apache-2.0
//
// A meter's table at one instant, as plain data: made by the accounting thread
// between two batches and constant from then on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collectors/net/address.h"

namespace ipband {

struct DumpRow {
  Address address;
  uint64_t in = 0;  // bytes
  uint64_t out = 0;
};

// What hosts had that found the table full.
struct NotShown {
  uint64_t hosts = 0;
  bool more_hosts = false;  // there were more than could be told apart
  uint64_t in = 0;
  uint64_t out = 0;

  bool empty() const {
    return hosts == 0 && !more_hosts && in == 0 && out == 0;
  }
  NotShown& operator+=(const NotShown& more) {
    hosts += more.hosts;
    more_hosts |= more.more_hosts;
    in += more.in;
    out += more.out;
    return *this;
  }
};

// What one interface has to a dump, each host once, in no order. Idle periods
// share the rows of the one before.
struct DumpPart {
  std::shared_ptr<const std::vector<DumpRow>> rows;
  NotShown not_shown;
};

struct Dump {
  std::string meter;
  // "v0", or several in the order of their captures.
  std::vector<std::string> interfaces;
  int64_t at = 0;     // the scheduled end; of others the true time
  int64_t since = 0;  // when the table was last cleared, or the meter started
  bool scheduled = true;
  bool cleared = false;         // the table begins anew after it
  std::vector<DumpPart> parts;  // to be added up
};

}  // namespace ipband
