// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/capture_files.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <tuple>

#include "collectors/account/replay.h"
#include "collectors/capture/file.h"
#include "exporter/control/read_options.h"
#include "exporter/error.h"
#include "exporter/filters.h"
#include "exporter/progress_bar.h"
#include "exporter/start_checks.h"
#include "exporter/text/one_line.h"

namespace ipband {
namespace {

// When its first frame was seen, in microseconds; 0 if it has none.
int64_t FirstStamp(const std::string& file) {
  if (!std::filesystem::is_regular_file(file)) {
    throw Error("cannot read " + OneLine(file) +
                " beside other files: it is not a file");
  }
  const FileCapture capture = OpenFile(file, "", [](int) { return true; });
  if (capture.handle == nullptr) {
    throw Error("cannot read " + OneLine(file) + ": " + capture.error);
  }
  return ReadStamp(capture.handle.get());
}

std::vector<std::string> InOrder(const std::vector<std::string>& files) {
  struct File {
    int64_t stamp;
    std::string name;
  };
  std::vector<File> order;
  order.reserve(files.size());
  for (const std::string& file : files) {
    order.push_back({FirstStamp(file), file});
  }
  std::sort(order.begin(), order.end(), [](const File& a, const File& b) {
    return std::tie(a.stamp, a.name) < std::tie(b.stamp, b.name);
  });
  std::vector<std::string> names;
  names.reserve(order.size());
  for (const File& file : order) names.push_back(file.name);
  return names;
}

std::vector<std::string> ArgumentsFor(const CaptureFiles& captures,
                                      const std::vector<std::string>& files) {
  std::vector<std::string> words = {"ipband_exporter", "--once",
                                    "--log.level=warn"};
  if (!captures.config_file.empty()) {
    words.insert(words.end(), {"-c", FileNameOf(captures.config_file)});
  }
  words.push_back("--capture.file");
  words.insert(words.end(), files.begin(), files.end());
  words.push_back("--");
  if (!captures.interface.empty()) words.push_back(captures.interface);
  return words;
}

// Throws Error.
Options ParseWords(const std::vector<const char*>& argv) {
  try {
    return ParseOptions(static_cast<int>(argv.size()), argv.data());
  } catch (Error& error) {
    if (error.flag == "-c") error.flag = "--config.file";
    throw;
  }
}

void PrintNotice(const Notice& notice) {
  if (notice.level == Notice::Level::kInfo) return;
  const bool warning = notice.level == Notice::Level::kWarning;
  std::string line = warning ? "warning: " : "error: ";
  line += notice.message;
  if (!notice.detail.empty()) line += ": " + notice.detail;
  std::fprintf(stderr, "ipbandctl: %s\n", OneLine(line).c_str());
}

}  // namespace

Options ReadOptionsOf(const CaptureFiles& captures) {
  std::vector<std::string> files;
  for (const std::string& file : captures.files) {
    files.push_back(FileNameOf(file));
  }
  CheckCaptureFiles(files);
  if (files.size() > 1) files = InOrder(files);
  const std::vector<std::string> words = ArgumentsFor(captures, files);
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const std::string& word : words) argv.push_back(word.c_str());
  Options options = ParseWords(argv);
  CheckFilters(options);
  if (options.capture_label.empty()) {
    options.capture_label = std::filesystem::path(files.front()).filename();
  }
  return options;
}

bool ReplayFiles(const Options& options, Intake& intake,
                 const std::function<bool()>& stop) {
  Wakeup wakeup;
  SnapshotExchange snapshots(wakeup);
  ProgressBar bar;
  return Replay({.files = options.capture_files,
                 .interface = options.capture_label,
                 .filter = options.capture_file_filter},
                intake,
                {.notice = PrintNotice,
                 .snapshots = &snapshots,
                 .stop = stop,
                 .progress = [&](const ReplayProgress& progress) {
                   bar.Show(progress, std::chrono::steady_clock::now());
                 }});
}

}  // namespace ipband
