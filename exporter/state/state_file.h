// SPDX-License-Identifier: Apache-2.0
//
// The directory that keeps the state: state.json, replaced as a whole, and a
// lock that keeps a second process out. Used by one thread at a time: by main
// at start, then by the StateWriter. Make it as the user that will write.
#pragma once

#include <optional>
#include <string>

#include "collectors/account/traffic_state.h"
#include "exporter/descriptor.h"

namespace ipband {

class StateDirectory {
 public:
  // Makes the directory (0750) if there is none and locks it for as long as
  // this lives. Throws Error; also when another process has it.
  explicit StateDirectory(const std::string& path);

  // What was written last. Nothing if there is none, or if it cannot be used:
  // then a warning is logged and the file kept as state.json.damaged.
  std::optional<TrafficState> Read();

  // On return the state is on the disk. Throws Error with the system's reason;
  // the state that was written before is then still there.
  void Write(const TrafficState& state);

  const std::string& path() const { return path_; }

 private:
  void HoldLock();
  void SetAside(const std::string& reason) const;

  std::string path_;
  Descriptor lock_;
};

}  // namespace ipband
