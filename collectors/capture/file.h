// SPDX-License-Identifier: Apache-2.0
//
// Opens a pcap or pcapng file, or standard input, for reading.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "collectors/capture/pcap_handle.h"
#include "collectors/capture/waiting_stream.h"

namespace ipband {

struct FileCapture {
  PcapHandle handle;            // null if it could not be opened; owns `stream`
  std::FILE* stream = nullptr;  // to ask how far it has been read
  LinkType link_type = LinkType::kEthernet;
  std::string error;
};

// `path`: "-" is standard input. `filter` may be empty: a file is then read
// as it is. `wait` is asked before each read from a pipe.
FileCapture OpenFile(const std::string& path, const std::string& filter,
                     const InputWaiter& wait);

// When the next frame was seen, in microseconds since the epoch; 0 if there is
// none. Takes that frame.
int64_t ReadStamp(pcap_t* handle);

}  // namespace ipband
