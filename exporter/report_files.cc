// SPDX-License-Identifier: Apache-2.0
#include "exporter/report_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "exporter/report/report_id.h"
#include "exporter/report/report_json.h"

namespace ipband {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> ReadFile(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxReportJson) return std::nullopt;
  std::string text(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (!file) return std::nullopt;
  return text;
}

// The newest first: an id begins with the time.
std::vector<std::string> IdsIn(const fs::path& directory) {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() != ".json" || !IsReportId(path.stem().native())) {
      continue;
    }
    ids.push_back(path.stem());
  }
  std::sort(ids.rbegin(), ids.rend());
  ids.resize(std::min(ids.size(), ReportArchive::kMaxReports));
  return ids;
}

}  // namespace

void LoadReports(const std::string& directory, ReportArchive& archive) {
  size_t bytes = 0;
  for (const std::string& id : IdsIn(directory)) {
    std::optional<std::string> json =
        ReadFile(fs::path(directory) / (id + ".json"));
    if (!json) continue;
    std::optional<StoredReport> stored = ParseReportJson(*json);
    if (!stored || stored->id != id) continue;
    auto entry = std::make_shared<ArchivedReport>();
    entry->id = id;
    entry->report = std::move(stored->report);
    entry->names = std::move(stored->names);
    entry->json = std::move(*json);
    entry->text =
        ReadFile(fs::path(directory) / (id + ".txt")).value_or(std::string());
    bytes += entry->json.size() + entry->text.size();
    if (bytes > ReportArchive::kMaxBytes) return;
    archive.Add(std::move(entry));
  }
}

}  // namespace ipband
