// SPDX-License-Identifier: Apache-2.0
//
// A file that says which process runs, locked as long as it does. Make it in
// the process that stays: behind Background's constructor, which forks, and
// before Detach, so that whoever started the program sees the error and finds
// the number as soon as that process has ended. Throws Error.
#pragma once

#include <string>

#include "exporter/descriptor.h"

namespace ipband {

class PidFile {
 public:
  // ipfm: looked whether the number in the file was that of any process, and
  // said nothing when it could not write.
  explicit PidFile(const std::string& name);
  // Removes the file, unless it is another one by now.
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  std::string name_;
  Descriptor file_;
};

}  // namespace ipband
