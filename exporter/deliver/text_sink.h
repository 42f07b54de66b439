// SPDX-License-Identifier: Apache-2.0
//
// Appends each document to one file, or to standard output. The file is opened
// for each document, so that it may be moved away at any time. Whole documents
// only: what a full disk cut off is taken back, except on standard output.
#pragma once

#include <string>

#include "exporter/deliver/sink.h"

namespace ipband {

class AppendSink : public Sink {
 public:
  enum class Part { kText, kJson };
  AppendSink(std::string path, Part part);  // "-": standard output

  Attempt Deliver(const Document& document, std::stop_token stop) override;

 private:
  const std::string path_;
  const Part part_;
};

}  // namespace ipband
