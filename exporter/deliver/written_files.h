// SPDX-License-Identifier: Apache-2.0
//
// Which files this run has written, as far as somebody must know that before
// overwriting one. Shared by the sinks of all meters; any thread. Of very many
// the oldest are forgotten: they are spared then.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_set>

namespace ipband {

class WrittenFiles {
 public:
  static constexpr size_t kRemembered = 100'000;  // at least

  void Add(const std::string& path);
  void Remove(const std::string& path);
  bool Contains(const std::string& path) const;

 private:
  using Hashes = std::unordered_set<size_t>;  // of the paths

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Hashes latest_;
  Hashes former_;
};

}  // namespace ipband
