// SPDX-License-Identifier: Apache-2.0
//
// The floor: reads a capture file and does nothing with the frames.
#include <pcap/pcap.h>

#include <cstdio>

int main(int argc, char** argv) {
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t* handle = argc == 2 ? pcap_open_offline(argv[1], error) : nullptr;
  if (handle == nullptr) {
    std::fprintf(stderr, "usage: empty_loop FILE\n%s\n", error);
    return 2;
  }
  unsigned long frames = 0;
  pcap_loop(
      handle, -1,
      [](u_char* user, const pcap_pkthdr*, const u_char*) {
        ++*static_cast<unsigned long*>(static_cast<void*>(user));
      },
      static_cast<u_char*>(static_cast<void*>(&frames)));
  std::printf("%lu\n", frames);
  pcap_close(handle);
  return 0;
}
