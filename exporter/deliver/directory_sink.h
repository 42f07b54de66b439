// SPDX-License-Identifier: Apache-2.0
//
// Keeps each report as two files in one directory, ID.txt and ID.json, and
// removes the oldest by age and total size. Files whose names do not look like
// these are left alone and not counted. The counts may be read by any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "exporter/deliver/sink.h"

namespace ipband {

struct DirectoryLimits {
  std::chrono::seconds age;
  uint64_t bytes;
};

class DirectorySink : public Sink {
 public:
  // Makes the directory, if it can, and counts what it holds.
  DirectorySink(std::string path, const DirectoryLimits& limits);

  Attempt Deliver(const Document& document, std::stop_token stop) override;

  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }

 private:
  void Count();
  void Prune(const Document& newest);

  const std::string path_;
  const DirectoryLimits limits_;
  std::atomic<uint64_t> files_ = 0;
  std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace ipband
