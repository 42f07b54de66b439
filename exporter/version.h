// SPDX-License-Identifier: Apache-2.0
//
// What was built: for --version and the metric build_info. The values come
// from git and the compiler at build time (version.cmake). Any thread.
#pragma once

#include <string>

namespace ipband {

inline constexpr char kProgramName[] = "ipband_exporter";

struct Version {
  const char* version;   // "0.1.0", "0.1.0-5-g1234567" between two releases
  const char* branch;    // "unknown" when it was built without git
  const char* revision;  // the same
  const char* compiler;
  const char* platform;  // "linux/x86_64"
};

extern const Version kVersion;

// "ipband_exporter, version 0.1.0 (branch: main, revision: ...)" and a line
// each for compiler and platform.
std::string VersionText();

}  // namespace ipband
