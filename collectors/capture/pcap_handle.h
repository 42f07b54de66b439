// SPDX-License-Identifier: Apache-2.0
//
// Owns a libpcap handle, live or of a file, and reads frames from it. The one
// header that shows libpcap to the rest of collectors/: reading is a template
// so that each frame costs one call, libpcap's own.
#pragma once

#include <pcap/pcap.h>

#include <memory>
#include <optional>
#include <string>

#include "collectors/decode/link_layer.h"

namespace ipband {

struct PcapClose {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapClose>;

// Our name for the kind of frames of a handle; none if we cannot decode them.
std::optional<LinkType> LinkTypeOf(pcap_t* handle);
// For messages: "IEEE802_11_RADIO".
std::string LinkTypeName(pcap_t* handle);

// Compiles a pcap-filter(7) expression without a device. Nothing if it can be
// for some link type that we decode, else what is wrong with it on Ethernet.
// Names of hosts in it are looked up, which may take as long as DNS does.
std::optional<std::string> FilterError(const std::string& filter);
// The same for the link type of a handle.
std::optional<std::string> FilterError(const std::string& filter,
                                       pcap_t* handle);

// Hands at most `max` frames to receiver.OnFrame(const pcap_pkthdr&, const
// u_char*). Returns how many, 0 if there are none at the moment (or, of a
// file, no more), or PCAP_ERROR.
template <typename Receiver>
int ReadFrames(pcap_t* handle, int max, Receiver& receiver) {
  const pcap_handler on_frame = [](u_char* user, const pcap_pkthdr* header,
                                   const u_char* bytes) {
    static_cast<Receiver*>(static_cast<void*>(user))->OnFrame(*header, bytes);
  };
  void* user = &receiver;
  return pcap_dispatch(handle, max, on_frame, static_cast<u_char*>(user));
}

}  // namespace ipband
