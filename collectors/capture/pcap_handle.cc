// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/pcap_handle.h"

namespace ipband {

std::optional<LinkType> LinkTypeOf(pcap_t* handle) {
  switch (pcap_datalink(handle)) {
    case DLT_EN10MB:
      return LinkType::kEthernet;
    case DLT_LINUX_SLL:
      return LinkType::kLinuxSll;
    case DLT_LINUX_SLL2:
      return LinkType::kLinuxSll2;
    case DLT_RAW:
      return LinkType::kRaw;
    case DLT_IPV4:
      return LinkType::kIpv4;
    case DLT_IPV6:
      return LinkType::kIpv6;
    case DLT_NULL:
    case DLT_LOOP:
      return LinkType::kNull;
    case DLT_PPP:
    case DLT_PPP_SERIAL:
    case DLT_C_HDLC:
      return LinkType::kPpp;
    case DLT_PPP_ETHER:
      return LinkType::kPppEther;
    case DLT_PPI:
      return LinkType::kPpi;
    default:
      return std::nullopt;
  }
}

std::string LinkTypeName(pcap_t* handle) {
  const int type = pcap_datalink(handle);
  const char* name = pcap_datalink_val_to_name(type);
  return name != nullptr ? name : "number " + std::to_string(type);
}

std::optional<std::string> FilterError(const std::string& filter) {
  const PcapHandle handle(pcap_open_dead(DLT_EN10MB, 65535));
  return FilterError(filter, handle.get());
}

std::optional<std::string> FilterError(const std::string& filter,
                                       pcap_t* handle) {
  bpf_program program{};
  if (pcap_compile(handle, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) !=
      0) {
    return pcap_geterr(handle);
  }
  pcap_freecode(&program);
  return std::nullopt;
}

}  // namespace ipband
