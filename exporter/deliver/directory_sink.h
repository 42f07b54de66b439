// SPDX-License-Identifier: Apache-2.0
//
// Keeps each report as two files in one directory, ID.txt and ID.json, and
// removes the oldest by age and total size: with each report and when it
// tidies. Files whose names do not look like these are left alone and not
// counted; other processes may use the same directory. The counts may be read
// by any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "exporter/deliver/sink.h"

namespace ipband {

struct DirectoryLimits {
  std::chrono::seconds age;
  uint64_t bytes;
};

class DirectorySink : public Sink {
 public:
  // The wall clock, in seconds since the epoch. Empty in a replay, whose time
  // is that of its reports.
  using Clock = std::function<int64_t()>;

  // Makes the directory, if it can, and counts what it holds. Removes nothing:
  // another sink may be at work there, and stay.
  DirectorySink(std::string path, const DirectoryLimits& limits, Clock clock);

  Attempt Deliver(const Document& document, std::stop_token stop) override;
  void Tidy() override;

  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }

 private:
  void Count();
  void Prune(int64_t now, std::string_view newest);

  const std::string path_;
  const DirectoryLimits limits_;
  const Clock clock_;
  std::atomic<uint64_t> files_ = 0;
  std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace ipband
