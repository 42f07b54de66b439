// SPDX-License-Identifier: Apache-2.0
//
// Where the program keeps what is to outlive it when nobody said so. Makes no
// directory. Any thread, as long as nobody changes the environment.
#pragma once

#include <string>

namespace ipband {

struct StoragePlaces {
  // As systemd's $STATE_DIRECTORY: absolute, several with colons between.
  std::string of_service;
  std::string of_system = "/var/lib/ipband_exporter";
};

// With what the environment says.
StoragePlaces FindStoragePlaces();

// That of the service, else that of the system if it is there and may be
// written to, else empty.
std::string DefaultStoragePath(const StoragePlaces& places);

}  // namespace ipband
