// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace ipband {

StoragePlaces FindStoragePlaces() {
  StoragePlaces places;
  const char* of_service = std::getenv("STATE_DIRECTORY");
  if (of_service != nullptr) places.of_service = of_service;
  return places;
}

std::string DefaultStoragePath(const StoragePlaces& places) {
  std::string first = places.of_service.substr(0, places.of_service.find(':'));
  if (!first.empty()) return first;
  std::error_code error;
  const bool usable = std::filesystem::is_directory(places.of_system, error) &&
                      faccessat(AT_FDCWD, places.of_system.c_str(), W_OK | X_OK,
                                AT_EACCESS) == 0;
  return usable ? places.of_system : "";
}

}  // namespace ipband
