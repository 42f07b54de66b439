// SPDX-License-Identifier: Apache-2.0
#include "exporter/ipfm_capture.h"

#include <algorithm>

namespace ipband {

void CaptureAsIpfm(const IpfmConfig& ipfm, Config& config, Origins& origins) {
  CaptureOptions& capture = config.capture;
  if (ipfm.device && !origins.contains("capture.interfaces")) {
    capture.interfaces = {{*ipfm.device, capture.interfaces.front().filter}};
    origins["capture.interfaces"] = ipfm.device_place;
  }
  if (ipfm.promiscuous && !origins.contains("capture.promiscuous")) {
    capture.promiscuous = *ipfm.promiscuous;
    origins["capture.promiscuous"] = ipfm.promiscuous_place;
  }
}

std::vector<std::string> NotCaptured(const IpfmConfig& ipfm,
                                     const Config& config) {
  std::vector<std::string> sentences;
  const std::vector<InterfaceOptions>& interfaces = config.capture.interfaces;
  const auto is_device = [&ipfm](const InterfaceOptions& interface) {
    return interface.name == *ipfm.device;
  };
  if (ipfm.device &&
      std::none_of(interfaces.begin(), interfaces.end(), is_device)) {
    sentences.push_back(ipfm.device_place + ": DEVICE " + *ipfm.device +
                        " is not used: " + interfaces.front().name +
                        " is captured, which was named elsewhere");
  }
  if (!ipfm.device && interfaces == CaptureOptions().interfaces) {
    sentences.push_back(ipfm.file +
                        ": there is no DEVICE, so that of the default route is "
                        "captured; ipfm took the machine's first interface");
  }
  if (ipfm.promiscuous && *ipfm.promiscuous != config.capture.promiscuous) {
    sentences.push_back(ipfm.promiscuous_place + ": " +
                        (*ipfm.promiscuous ? "PROMISC" : "NOPROMISC") +
                        " is not used: the contrary was said elsewhere");
  }
  return sentences;
}

}  // namespace ipband
