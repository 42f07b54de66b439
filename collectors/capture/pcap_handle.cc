// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture/pcap_handle.h"

#include <algorithm>
#include <iterator>

namespace ipband {
namespace {

struct DecodedType {
  int dlt;
  LinkType type;
};

// Ethernet first: nearly all filters are for it.
constexpr DecodedType kDecodedTypes[] = {
    {DLT_EN10MB, LinkType::kEthernet},
    {DLT_LINUX_SLL, LinkType::kLinuxSll},
    {DLT_LINUX_SLL2, LinkType::kLinuxSll2},
    {DLT_RAW, LinkType::kRaw},
    {DLT_IPV4, LinkType::kIpv4},
    {DLT_IPV6, LinkType::kIpv6},
    {DLT_NULL, LinkType::kNull},
    {DLT_LOOP, LinkType::kNull},
    {DLT_PPP, LinkType::kPpp},
    {DLT_PPP_SERIAL, LinkType::kPpp},
    {DLT_C_HDLC, LinkType::kPpp},
    {DLT_PPP_ETHER, LinkType::kPppEther},
    {DLT_PPI, LinkType::kPpi},
};

// What is wrong whatever the link type: libpcap looks names up while it parses,
// and to try again would take the time of DNS again.
bool HoldsEverywhere(const std::string& error) {
  return error.starts_with("unknown ") ||  // "unknown host 'x'"
         error.find("syntax error") != std::string::npos;
}

}  // namespace

std::optional<LinkType> LinkTypeOf(pcap_t* handle) {
  const int dlt = pcap_datalink(handle);
  for (const DecodedType& decoded : kDecodedTypes) {
    if (decoded.dlt == dlt) return decoded.type;
  }
  return std::nullopt;
}

std::string LinkTypeName(pcap_t* handle) {
  const int type = pcap_datalink(handle);
  const char* name = pcap_datalink_val_to_name(type);
  return name != nullptr ? name : "number " + std::to_string(type);
}

std::optional<std::string> FilterError(const std::string& filter) {
  const auto error_on = [&filter](const DecodedType& decoded) {
    const PcapHandle handle(pcap_open_dead(decoded.dlt, 65535));
    return FilterError(filter, handle.get());
  };
  std::optional<std::string> error = error_on(kDecodedTypes[0]);
  if (!error || HoldsEverywhere(*error)) return error;
  const bool fits = std::any_of(
      std::begin(kDecodedTypes) + 1, std::end(kDecodedTypes),
      [&](const DecodedType& decoded) { return !error_on(decoded); });
  return fits ? std::nullopt : error;
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
