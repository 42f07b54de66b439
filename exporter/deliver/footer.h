// SPDX-License-Identifier: Apache-2.0
//
// The file whose content ends each mail. Read for each mail, so that it can be
// changed at any time; one that is missing is warned of once and costs nothing
// but the footer. Used by one thread.
#pragma once

#include <string>

namespace ipband {

class Footer {
 public:
  explicit Footer(std::string path);  // empty: no footer

  // At most 1 MiB.
  std::string Read();

 private:
  const std::string path_;
  bool warned_ = false;
};

}  // namespace ipband
