// SPDX-License-Identifier: Apache-2.0
//
// The directory that keeps the state: state.json and meters.json, each replaced
// as a whole, and a lock that keeps a second process out. Main reads them at
// the start; from then on each file has one thread that writes it. Make it as
// the user that will write.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/account/traffic_state.h"
#include "collectors/meter/meter_state.h"
#include "exporter/descriptor.h"

namespace ipband {

// What a state is kept in.
constexpr const char* FileOf(const TrafficState&) { return "state.json"; }
constexpr const char* FileOf(const MetersState&) { return "meters.json"; }

class StateDirectory {
 public:
  // Makes the directory (0750) if there is none and locks it for as long as
  // this lives. Throws Error; also when another process has it.
  explicit StateDirectory(const std::string& path);

  // What was written last. Nothing if there is none, or if it cannot be used:
  // then a warning is logged and the file kept as FILE.damaged.
  std::optional<TrafficState> ReadTraffic() const;
  std::optional<MetersState> ReadMeters() const;

  // On return the state is on the disk. Throws Error with the system's reason;
  // the state that was written before is then still there.
  void Write(const TrafficState& state);
  void Write(const MetersState& state);

  const std::string& path() const { return path_; }

 private:
  // Hands a whole text to what it is given.
  using Text =
      std::function<void(const std::function<void(std::string_view)>&)>;

  void HoldLock();
  void Replace(const std::string& file, size_t max_mebibytes, const Text& text);

  std::string path_;
  std::mutex mutex_;
  Descriptor lock_;  // guarded by mutex_
};

}  // namespace ipband
