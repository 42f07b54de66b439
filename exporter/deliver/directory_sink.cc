// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/directory_sink.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/deliver/file_output.h"
#include "exporter/descriptor.h"
#include "exporter/report/report_id.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

constexpr mode_t kReportDirectoryMode = 0750;
constexpr mode_t kReportFileMode = 0640;

// No living process takes so long to write a file.
constexpr int64_t kUnfinishedAge = 3600;  // seconds

struct ReportFile {
  std::string name;
  uint64_t bytes = 0;
};

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// Of the report that a file is a form of; empty if it is none.
std::string_view IdIn(std::string_view name) {
  for (const std::string_view ending : {".txt", ".json"}) {
    if (!name.ends_with(ending)) continue;
    const std::string_view id = name.substr(0, name.size() - ending.size());
    if (IsReportId(id)) return id;
  }
  return {};
}

bool IsReportFile(std::string_view name) { return !IdIn(name).empty(); }

// What is being written, or what a crash left behind.
bool IsUnfinished(std::string_view name) {
  const size_t suffix = name.rfind(kNewFileSuffix);
  return suffix != name.npos &&
         name.size() == suffix + kNewFileSuffix.size() + 6 &&
         IsReportFile(name.substr(0, suffix));
}

// By name, which is by time. Empty if the directory cannot be read.
std::vector<ReportFile> ListReports(const std::string& path) {
  std::vector<ReportFile> files;
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) return files;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (!IsReportFile(name) ||
        fstatat(dirfd(directory.get()), name.c_str(), &status,
                AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode)) {
      continue;
    }
    files.push_back({name, static_cast<uint64_t>(status.st_size)});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

// What was last written before `oldest`.
void RemoveUnfinished(const std::string& path, int64_t oldest) {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) return;
  const int folder = dirfd(directory.get());
  while (const dirent* entry = readdir(directory.get())) {
    struct stat status {};
    if (IsUnfinished(entry->d_name) &&
        fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_mtime < oldest) {
      unlinkat(folder, entry->d_name, 0);
    }
  }
}

}  // namespace

DirectorySink::DirectorySink(std::string path, const DirectoryLimits& limits,
                             Clock clock)
    : path_(std::move(path)), limits_(limits), clock_(std::move(clock)) {
  mkdir(path_.c_str(), kReportDirectoryMode);
  Count();
}

Attempt DirectorySink::Deliver(const Document& document, std::stop_token stop) {
  if (!IsReportId(document.id)) {
    return Attempt::Refused("this id cannot be a file's name: " + document.id);
  }
  if (mkdir(path_.c_str(), kReportDirectoryMode) != 0 && errno != EEXIST) {
    return FileAttempt(LastError(), "make the directory " + path_);
  }
  const std::string name = path_ + "/" + document.id;
  std::error_code error =
      ReplaceFile(name + ".txt", document.text, kReportFileMode, stop);
  if (!error) {
    error = ReplaceFile(name + ".json", document.json, kReportFileMode, stop);
  }
  // Also after an error, for it may be a full disk that this cures.
  Prune(document.at, document.id);
  return FileAttempt(error, "write " + name);
}

void DirectorySink::Tidy() {
  if (!clock_) return;
  const int64_t now = clock_();
  RemoveUnfinished(path_, now - kUnfinishedAge);
  Prune(now, {});
}

void DirectorySink::Count() {
  uint64_t bytes = 0;
  const std::vector<ReportFile> files = ListReports(path_);
  for (const ReportFile& file : files) bytes += file.bytes;
  files_ = files.size();
  bytes_ = bytes;
}

// The directory is read each time: its files are not only ours to remove.
// `newest` stays however large it is; empty: the last one that is there.
void DirectorySink::Prune(int64_t now, std::string_view newest) {
  const std::vector<ReportFile> files = ListReports(path_);
  uint64_t bytes = 0;
  for (const ReportFile& file : files) bytes += file.bytes;
  uint64_t left = files.size();
  if (newest.empty() && !files.empty()) newest = IdIn(files.back().name);
  // Names begin with their second, and so sort by time.
  const std::string oldest = CompactUtc(now - limits_.age.count());
  for (const ReportFile& file : files) {
    const bool too_old = file.name < oldest;
    if (!too_old && bytes <= limits_.bytes) break;
    if (!too_old && IdIn(file.name) == newest) continue;
    if (unlink((path_ + "/" + file.name).c_str()) != 0 && errno != ENOENT) {
      continue;
    }
    bytes -= file.bytes;
    --left;
  }
  files_ = left;
  bytes_ = bytes;
}

}  // namespace ipband
