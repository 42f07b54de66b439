// SPDX-License-Identifier: Apache-2.0
//
// What to capture and how; filled from the configuration, read by capture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipband {

struct InterfaceOptions {
  // A name, a glob ("en*", "!veth*" takes away), "any" (the glob of all) or
  // "default" (the interface of the default route).
  std::string name = "default";
  std::string filter;  // pcap-filter(7); empty passes every frame
  friend bool operator==(const InterfaceOptions&,
                         const InterfaceOptions&) = default;
};

struct CaptureOptions {
  std::vector<InterfaceOptions> interfaces = {InterfaceOptions{}};
  bool promiscuous = true;
  int snaplen = 192;                           // bytes
  uint64_t buffer_bytes = uint64_t{32} << 20;  // per capture

  bool operator==(const CaptureOptions&) const = default;
};

}  // namespace ipband
