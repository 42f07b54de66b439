// SPDX-License-Identifier: Apache-2.0
//
// A finished report (or status page, or a meter's dump) on its way to the
// sinks: nothing is left to be looked up or laid out. Constant once made,
// shared by the sinks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ipband {

// The file of a document that has one of its own: a dump's.
struct FileTarget {
  std::string path;
  std::string other_path;  // where the file at `path` must be spared
  std::string head;        // how a new file begins
  bool append = false;     // else it replaces the file
  // Else it never replaces one that is scheduled.
  bool scheduled = true;

  size_t bytes() const { return path.size() + other_path.size() + head.size(); }
};

struct Document {
  std::string id;       // "20261121T202915Z-eth0-10.1.1.0_24"
  std::string episode;  // the same for all reports of one watch
  int64_t at = 0;       // seconds since the epoch: time of the report
  std::string subject;  // "Bandwidth report for 10.1.1.0 <lab>"
  std::string text;     // ipband's layout; else the page or dump
  std::string json;     // one line, with its newline
  FileTarget file;      // of a dump; it has no id, episode and subject

  size_t bytes() const {
    return id.size() + episode.size() + subject.size() + text.size() +
           json.size() + file.bytes();
  }
};

}  // namespace ipband
