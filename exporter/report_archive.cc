// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_archive.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ipband {
namespace {

// What one takes in memory, about.
size_t BytesOf(const ArchivedReport& entry) {
  return sizeof(entry) + entry.id.capacity() + entry.text.capacity() +
         entry.json.capacity() +
         entry.report.connections.capacity() * sizeof(Connection) +
         entry.names.capacity() * sizeof(StoredReport::Names);
}

auto HasId(std::string_view id) {
  return [id](const ReportArchive::Entry& entry) { return entry->id == id; };
}

}  // namespace

void ReportArchive::Add(Entry entry) {
  const size_t bytes = BytesOf(*entry);
  const std::lock_guard lock(mutex_);
  const auto same = std::find_if(newest_first_.begin(), newest_first_.end(),
                                 HasId(entry->id));
  if (same != newest_first_.end()) Remove(same);
  // One that no removal makes room for must not empty the archive.
  if (bytes > kMaxBytes) return;
  const auto older = std::find_if(
      newest_first_.begin(), newest_first_.end(),
      [&](const Entry& other) { return other->report.at <= entry->report.at; });
  newest_first_.insert(older, std::move(entry));
  bytes_ += bytes;
  while (newest_first_.size() > kMaxReports || bytes_ > kMaxBytes) {
    Remove(std::prev(newest_first_.end()));
  }
}

void ReportArchive::RemoveBefore(int64_t oldest) {
  const std::lock_guard lock(mutex_);
  while (!newest_first_.empty() && newest_first_.back()->report.at < oldest) {
    Remove(std::prev(newest_first_.end()));
  }
}

void ReportArchive::Remove(const std::deque<Entry>::iterator& entry) {
  bytes_ -= BytesOf(**entry);
  newest_first_.erase(entry);
}

std::vector<ReportArchive::Entry> ReportArchive::List() const {
  const std::lock_guard lock(mutex_);
  return {newest_first_.begin(), newest_first_.end()};
}

ReportArchive::Entry ReportArchive::Find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(newest_first_.begin(), newest_first_.end(), HasId(id));
  return found == newest_first_.end() ? nullptr : *found;
}

}  // namespace ipband
