// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/written_files.h"

#include <functional>
#include <utility>

namespace ipband {
namespace {

size_t HashOf(const std::string& path) {
  return std::hash<std::string>()(path);
}

}  // namespace

void WrittenFiles::Add(const std::string& path) {
  const std::lock_guard lock(mutex_);
  latest_.insert(HashOf(path));
  if (latest_.size() < kRemembered) return;
  former_ = std::exchange(latest_, {});
}

void WrittenFiles::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  latest_.erase(HashOf(path));
  former_.erase(HashOf(path));
}

bool WrittenFiles::Contains(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return latest_.contains(HashOf(path)) || former_.contains(HashOf(path));
}

}  // namespace ipband
