// SPDX-License-Identifier: Apache-2.0
//
// The files a configuration names to be written: their full names, and whether
// they can be written at present. Opens and makes nothing. Any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"

namespace ipband {

// Against the current directory. "-" stays, and so does the reports' directory
// below the storage path.
void MakePathsAbsolute(Config& config);

// A replay beside a running program disturbs nothing: it makes the reports that
// the command line names.
struct NamedOutputs {
  bool text = false;
  bool html = false;
  bool mail = false;
};
void KeepOutputs(const NamedOutputs& named, ReportOptions& reports);

// Whether the program will be another user than it is now: root becomes the one
// that is named (--user).
bool ChangesUser(const std::string& user);

// What would fail if a report or a dump were due now, one line each. It is no
// error: the disk may be mounted later, and what fails is tried again.
std::vector<std::string> CheckOutputs(const Config& config);

}  // namespace ipband
