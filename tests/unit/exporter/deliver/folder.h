// SPDX-License-Identifier: Apache-2.0
//
// A folder that lasts as long as the test, and what tests of sinks do with
// files, documents and time.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "exporter/deliver/document.h"

namespace ipband {

class Folder {
 public:
  Folder() { made_ = mkdtemp(path_.data()) != nullptr; }
  ~Folder() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  const std::string& path() const { return path_; }

  // An executable file with these lines below "#!/bin/sh".
  std::string Script(std::string_view name, std::string_view lines) const {
    std::ofstream(*this / name) << "#!/bin/sh\n" << lines << '\n';
    chmod((*this / name).c_str(), 0755);
    return *this / name;
  }

 private:
  std::string path_ = "/tmp/ipband_test_XXXXXX";
  bool made_ = false;
};

inline std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline size_t FilesIn(const Folder& folder) {
  using Iterator = std::filesystem::directory_iterator;
  return static_cast<size_t>(
      std::distance(Iterator(folder.path()), Iterator()));
}

inline mode_t ModeOf(const std::string& path) {
  struct stat status {};
  stat(path.c_str(), &status);
  return status.st_mode & 07777;
}

// False if it did not come true in time.
inline bool Eventually(const std::function<bool()>& condition) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

inline std::shared_ptr<const Document> DocumentOf(std::string text) {
  auto document = std::make_shared<Document>();
  document->id = "20261121T202915Z-eth0-10.1.1.0_24";
  document->episode = "20261121T202415Z-eth0-10.1.1.0_24";
  document->at = 1795292955;
  document->subject = "Bandwidth report for 10.1.1.0 <lab>";
  document->text = std::move(text);
  document->json = "{\"id\":\"" + document->id + "\"}\n";
  return document;
}

}  // namespace ipband
