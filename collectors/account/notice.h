// SPDX-License-Identifier: Apache-2.0
//
// Something that happened while capturing which a person should hear of. The
// accounting thread only says so; writing it to a log is somebody else's work.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ipband {

struct Notice {
  enum class Level : uint8_t { kInfo, kWarning, kError };
  Level level = Level::kInfo;
  std::string message;
  std::string interface;
  std::string detail;  // may be empty
  std::string subnet;  // empty if it is not about one
};

// Called on the accounting thread; must not block.
using NoticeSink = std::function<void(const Notice&)>;

}  // namespace ipband
