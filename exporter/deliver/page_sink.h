// SPDX-License-Identifier: Apache-2.0
//
// Keeps the newest document in one file, the status page: readers see a whole
// page, old or new. What is no regular file (/dev/null, a named pipe) is
// written to, and `-` prints each page on standard output.
#pragma once

#include <string>

#include "exporter/deliver/sink.h"

namespace ipband {

class PageSink : public Sink {
 public:
  explicit PageSink(std::string path);

  Attempt Deliver(const Document& document, std::stop_token stop) override;

 private:
  const std::string path_;
};

}  // namespace ipband
