// SPDX-License-Identifier: Apache-2.0
//
// Where finished documents go. A sink is used by one thread, that of its
// delivery, so it may block for as long as its own time limit allows.
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "exporter/deliver/document.h"

namespace ipband {

struct Attempt {
  enum class Result {
    kDelivered,
    kRetry,    // may go better later
    kRefused,  // never will: not tried again
  };
  static Attempt Retry(std::string error) {
    return {Result::kRetry, std::move(error)};
  }
  static Attempt Refused(std::string error) {
    return {Result::kRefused, std::move(error)};
  }

  Result result = Result::kDelivered;
  std::string error;  // one line for the log; empty when delivered
};

class Sink {
 public:
  virtual ~Sink() = default;
  // Gives up early when `stop` is requested.
  virtual Attempt Deliver(const Document& document, std::stop_token stop) = 0;
  // Before the first delivery, and from time to time while there is none.
  virtual void Tidy() {}
};

}  // namespace ipband
