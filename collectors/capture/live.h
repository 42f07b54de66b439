// SPDX-License-Identifier: Apache-2.0
//
// Opens a network interface for capture. Needs CAP_NET_RAW.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/capture/capture_options.h"
#include "collectors/capture/pcap_handle.h"

namespace ipband {

struct LiveRequest {
  std::string interface;
  std::string filter;  // empty passes every frame
  bool promiscuous = true;
  int snaplen = 192;
  uint64_t buffer_bytes = 0;
};

enum class OpenFailure : uint8_t {
  kNone,
  kMissing,
  kDown,
  kPermission,
  kFilter,
  kLinkType,
  kOther,
};

struct LiveCapture {
  PcapHandle handle;  // non-blocking; null if the capture did not open
  int descriptor = -1;
  LinkType link_type = LinkType::kEthernet;
  bool filter_in_kernel = false;
  OpenFailure failure = OpenFailure::kNone;
  std::string detail;  // of the failure
};

LiveCapture OpenLive(const LiveRequest& request);

// Installs another filter on a capture that is open. What the ring holds may
// have passed the old one. False if it cannot be; the handle says why.
bool ChangeFilter(LiveCapture& capture, const std::string& filter);

}  // namespace ipband
